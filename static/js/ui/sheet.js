/** The bottom sheet of a map page: peek, half and full; by drag, by button, by keyboard. */
import { Events } from "../core/events.js";
import { find, findAll, h } from "../core/dom.js";
import { gettext } from "../core/i18n.js";

const ORDER = ["peek", "half", "full"];
/** What the full sheet leaves of the map, so that one knows where one is. */
const LEFT_OF_MAP = 34;
const WIDE = "(min-width: 900px)";
const FLICK = 0.4;

export class Sheet extends Events {
  /** @param {HTMLElement} element with .sheet-handle, .sheet-body and .sheet-foot */
  constructor(element) {
    super();
    this.element = element;
    this.handle = find(".sheet-handle", element);
    this.body = find(".sheet-body", element);
    this.foot = find(".sheet-foot", element);
    this.view = "home";
    this.height = "peek";
    /** @type {number | null} */
    this.target = null;
    this.steps = ORDER;
    this.wide = matchMedia(WIDE);
    this.handle.addEventListener("click", () => this.#cycle());
    this.handle.addEventListener("keydown", (event) => this.#key(event));
    for (const part of [this.handle, this.body]) part.addEventListener("pointerdown", (event) => this.#press(event, part));
    new ResizeObserver(() => this.fire("height")).observe(element);
    element.addEventListener("transitionend", (event) => this.#settled(event));
    addEventListener("resize", () => this.setHeight(this.height));
    this.wide.addEventListener("change", () => this.setHeight(this.height));
  }

  get isPanel() {
    return this.wide.matches;
  }

  /** Pixels of the map that the sheet covers, or will once it stands still: from below, or from the left as a panel. */
  get covers() {
    if (this.isPanel) return { left: this.element.offsetWidth, bottom: 0 };
    return { left: 0, bottom: this.target ?? this.element.offsetHeight };
  }

  /**
   * Show a view. `home` is in the page already; others bring their body and foot.
   * @param {string} name
   * @param {{body?: Node, foot?: Node | null, height?: string, steps?: string[], label?: string}} [options]
   */
  show(name, { body, foot = null, height = "peek", steps = ORDER, label = "" } = {}) {
    const before = this.element.offsetHeight;
    for (const old of findAll("[data-view]", this.element)) {
      if (old.dataset.view === "home") old.hidden = name !== "home";
      else old.remove();
    }
    if (body) this.body.append(h("div", { dataset: { view: name } }, body));
    if (foot) this.foot.append(h("div", { dataset: { view: name } }, foot));
    this.foot.hidden = name !== "home" && !foot;
    this.foot.classList.toggle("sheet-foot-line", name !== "home" && Boolean(foot) && height !== "auto");
    this.view = name;
    this.steps = steps;
    this.element.dataset.showing = name;
    this.element.setAttribute("aria-label", label || gettext("プロジェクト"));
    this.body.scrollTop = 0;
    this.setHeight(height, before);
  }

  /** Heights in pixels of the three steps. @param {string} height @returns {number} */
  #pixels(height) {
    const full = innerHeight - LEFT_OF_MAP;
    if (height === "full") return full;
    if (height === "half") return Math.min(full, Math.max(Math.round(innerHeight * 0.56), 320));
    const { style } = this.element;
    const before = style.height;
    style.height = "auto";
    const natural = this.element.offsetHeight;
    style.height = before;
    return Math.min(natural, full);
  }

  /**
   * @param {string} height "peek", "half", "full" or "auto" (as high as what it holds)
   * @param {number} [before] pixels from which it moves
   */
  setHeight(height, before = this.element.offsetHeight) {
    this.height = height;
    this.element.dataset.height = height;
    this.handle.hidden = height === "auto";
    this.handle.setAttribute("aria-expanded", String(height !== "peek"));
    if (this.isPanel) this.element.style.height = "";
    else this.#animate(before, this.#pixels(height));
    this.fire("step", height);
    this.fire("height");
  }

  #animate(from, to) {
    const { style } = this.element;
    this.target = to;
    style.height = `${from}px`;
    void this.element.offsetHeight;
    style.height = `${to}px`;
    if (from === to || matchMedia("(prefers-reduced-motion: reduce)").matches) this.#free();
  }

  /** At rest, peek and auto grow with what they hold. */
  #free() {
    if (!["peek", "auto"].includes(this.height)) return;
    this.element.style.height = "auto";
    this.target = null;
  }

  #settled(event) {
    if (event.target === this.element && event.propertyName === "height" && !("dragging" in this.element.dataset)) this.#free();
  }

  #cycle() {
    if (this.suppressClick) return;
    this.setHeight(this.steps[(this.steps.indexOf(this.height) + 1) % this.steps.length]);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const change = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!change) return;
    event.preventDefault();
    this.#step(change);
  }

  #step(change) {
    const next = this.steps[this.steps.indexOf(this.height) + change];
    if (next) this.setHeight(next);
  }

  /** Begin a drag: on the handle at once, on the body only where it doesn't scroll that way. */
  #press(event, part) {
    if (this.isPanel || this.height === "auto" || event.button > 0) return;
    if (part === this.body && (event.pointerType === "mouse" || this.height === "full")) return;
    const start = { y: event.clientY, height: this.element.offsetHeight, at: performance.now(), moved: false, last: event.clientY };
    const move = (later) => this.#drag(start, later, part);
    const end = (later) => {
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", end);
      removeEventListener("pointercancel", end);
      this.#release(start, later);
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", end);
    addEventListener("pointercancel", end);
  }

  #drag(start, event, part) {
    const up = start.y - event.clientY;
    if (!start.moved && Math.abs(up) < 8) return;
    if (part === this.body && this.height !== "peek") return;
    start.moved = true;
    this.target = null;
    this.element.dataset.dragging = "";
    const height = Math.max(120, Math.min(start.height + up, innerHeight - LEFT_OF_MAP));
    this.element.style.height = `${height}px`;
    if (up > 0) this.element.dataset.height = "half";
  }

  #release(start, event) {
    if (!start.moved) return;
    delete this.element.dataset.dragging;
    this.suppressClick = true;
    setTimeout(() => { this.suppressClick = false; }, 50);
    const up = start.y - event.clientY;
    const speed = up / (performance.now() - start.at);
    if (Math.abs(speed) > FLICK) return this.#flick(Math.sign(speed));
    const now = this.element.offsetHeight;
    const nearest = this.steps.toSorted((a, b) => Math.abs(this.#pixels(a) - now) - Math.abs(this.#pixels(b) - now))[0];
    return this.setHeight(nearest);
  }

  #flick(direction) {
    const at = this.steps.indexOf(this.height) + direction;
    this.setHeight(this.steps[Math.max(0, Math.min(at, this.steps.length - 1))]);
  }
}
