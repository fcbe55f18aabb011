/**
 * Voices that open as bubbles, one after another, three at a time. A touch, a key or a wheel stops
 * them where they are; who asked for less motion sees three at once and nothing moves.
 */
import { h, icon } from "../core/dom.js";
import { ago, joined } from "../core/format.js";
import { gettext } from "../core/i18n.js";
import { L } from "../core/leaflet.js";
import { around, plan, standsFor, thirds, touch } from "./bubbleplaces.js";

const MOST = 3;
/** Three out of so many are looked for: more would take longer than a frame. */
const MOST_TRIED = 18;
const OPEN_AFTER = 1300;
const CHANGE_AFTER = 7000;
/** With the distance that bubbles keep from every edge, the margin of the page. */
const MARGIN = 8;
const MARKS = ".pin-mark, .ring-mark";

/** Whether a bubble's middle lies in the part. @param {any} box @param {any} part */
function isIn({ left, top, right, bottom }, part) {
  return touch(around({ x: (left + right) / 2, y: (top + bottom) / 2 }, 1), part);
}

/** A mark that takes no touches itself. @param {number[]} at @param {number} above @param {any} icon */
function markAt(at, above, icon) {
  return L.marker(at, { keyboard: false, interactive: false, zIndexOffset: above, icon: L.divIcon(icon) });
}

export class Bubbles {
  /**
   * @param {import("./map.js").ProjectMap} map
   * @param {{voices: any[], looks: (slug: string) => any, obstacles: () => any[]}} options
   */
  constructor(map, { voices, looks, obstacles }) {
    Object.assign(this, { map, voices, looks, obstacles });
    this.open = [];
    this.sizes = new Map();
    this.next = 0;
    this.isPaused = false;
    this.isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.measure = h("div", { class: "bubble-measure", "aria-hidden": "true" });
  }

  start() {
    this.map.container.append(this.measure);
    for (const name of ["pointerdown", "keydown", "wheel"]) {
      addEventListener(name, () => this.pause(), { passive: true, once: true });
    }
    this.map.leaflet.on("zoomstart", () => this.#closeAll());
    this.map.leaflet.on("moveend", () => this.#arrange());
    this.map.on("settle", () => this.#uncover());
    this.#uncover();
    if (this.isStill) this.#fillUp();
    else this.#tick(300);
    this.#say();
  }

  /** Nothing opens or closes by itself any more. */
  pause() {
    this.isPaused = true;
    clearTimeout(this.timer);
    this.#fillUp();
    this.#say();
  }

  #say() {
    this.map.container.dataset.bubbles = this.isStill ? "still" : this.isPaused ? "paused" : "living";
  }

  #tick(wait) {
    this.timer = setTimeout(() => {
      if (!document.hidden) this.#change();
      this.#tick(this.open.length < MOST ? OPEN_AFTER : CHANGE_AFTER);
    }, wait);
  }

  /** Open one more; when three are open, the oldest goes first. */
  #change() {
    if (this.open.length >= MOST && this.voices.length > MOST) this.#close(this.open[0]);
    if (!this.#openNext()) this.next = 0;
  }

  #fillUp() {
    while (this.open.length < MOST && this.#openNext());
  }

  /** The next voice in turn that finds room. @returns {boolean} */
  #openNext() {
    const turn = [...this.voices.slice(this.next), ...this.voices.slice(0, this.next)];
    const waiting = this.#clearFirst(turn.filter((voice) => !this.open.some((bubble) => bubble.voice === voice)));
    const found = this.#planned(waiting);
    if (!found) return false;
    this.#put(found.bubble, found.stand);
    this.next = (this.voices.indexOf(found.bubble.voice) + 1) % this.voices.length;
    return true;
  }

  /**
   * The first of as many as may still open together: each in a third of the view of its own, or,
   * where that is too narrow, wherever there is room.
   */
  #planned(waiting) {
    const area = this.#area();
    const bubbles = waiting.slice(0, MOST_TRIED).map((voice) => ({ voice, dot: this.#dotOf(voice), size: this.#sizeOf(voice) }));
    const free = thirds(area).filter((part) => !this.open.some(({ box }) => isIn(box, part)));
    const wanted = MOST - this.open.length;
    const apart = plan(bubbles, free.slice(0, wanted), this.#taken());
    if (apart.length === wanted) return apart[0];
    const close = plan(bubbles, new Array(wanted).fill(area), this.#taken());
    return close.length > apart.length ? close[0] : apart[0];
  }

  /** Voices that stand in a ring come last. */
  #clearFirst(voices) {
    const rings = this.#boxes(".ring-mark");
    const isClear = (voice) => !rings.some((ring) => touch(around(this.#dotOf(voice), 6), ring));
    return [...voices.filter(isClear), ...voices.filter((voice) => !isClear(voice))];
  }

  /** Open again a voice that was open before the map moved, if there is still room. @param {any} voice */
  #show(voice) {
    const [dot, size] = [this.#dotOf(voice), this.#sizeOf(voice)];
    const [stand] = standsFor(dot, size, this.#area(), this.#taken());
    if (stand) this.#put({ voice, dot, size }, stand);
  }

  /** @param {any} bubble @param {import("./bubbleplaces.js").Stand} stand */
  #put({ voice, dot, size }, { box, tail }) {
    const look = this.looks(voice.category);
    const element = this.#element(voice, look);
    element.dataset.tail = tail.side;
    element.style.setProperty("--tail-at", `${tail.at}px`);
    const at = [voice.anchor[1], voice.anchor[0]];
    const opens = this.isStill || this.isPaused ? "" : " bubble-opens";
    const anchor = [dot.x - box.left, dot.y - box.top];
    const marker = markAt(at, 5000, { html: h("div", {}, element), className: `bubble-mark${opens}`, iconSize: [size.width, size.height], iconAnchor: anchor });
    const rim = h("span", { class: "bubble-dot" });
    rim.style.setProperty("--tile", look.colour);
    const dotMarker = markAt(at, 4000, { html: rim, className: "bubble-dot-mark", iconSize: [20, 20] });
    this.open.push({ voice, box, dot, marker: marker.addTo(this.map.leaflet), dotMarker: dotMarker.addTo(this.map.leaflet) });
    this.#uncover();
  }

  /** Size of a voice's bubble in pixels at this width of the page. */
  #sizeOf(voice) {
    const width = this.map.container.clientWidth;
    const known = this.sizes.get(voice);
    if (known?.at === width) return known;
    const element = this.#element(voice, this.looks(voice.category));
    this.measure.replaceChildren(element);
    const size = { at: width, width: element.offsetWidth, height: element.offsetHeight };
    this.sizes.set(voice, size);
    return size;
  }

  /** @param {any} voice @param {any} look */
  #element(voice, look) {
    const tile = h("span", { class: "tile tile-22" }, icon(look.icon));
    tile.style.setProperty("--tile", look.colour);
    tile.style.setProperty("--tile-ink", look.ink);
    const where = joined([voice.district, ago(voice.created_at)]);
    return h("a", { class: "bubble", href: voice.url },
      h("span", { class: "bubble-text", lang: voice.language }, voice.text),
      h("span", { class: "bubble-meta" }, tile, h("span", { class: "visually-hidden" }, look.name || gettext("声")), h("span", {}, where)));
  }

  #close(bubble) {
    bubble.marker.remove();
    bubble.dotMarker.remove();
    this.open = this.open.filter((other) => other !== bubble);
    this.#uncover();
  }

  #closeAll() {
    for (const bubble of [...this.open]) this.#close(bubble);
  }

  /** After a move: those that still have room stay, the places are looked for anew. */
  #arrange() {
    const before = this.open.map(({ voice }) => voice);
    const moved = this.open.some(({ voice, dot }) => Math.hypot(this.#dotOf(voice).x - dot.x, this.#dotOf(voice).y - dot.y) > 1);
    if (!moved && before.length) return;
    this.#closeAll();
    for (const voice of before) this.#show(voice);
    if (this.isPaused || this.isStill) this.#fillUp();
  }

  #dotOf(voice) {
    return this.map.leaflet.latLngToContainerPoint([voice.anchor[1], voice.anchor[0]]);
  }

  #area() {
    const { top, right, bottom, left } = this.map.insets();
    const size = this.map.leaflet.getSize();
    return { left: left + MARGIN, top, right: size.x - right - MARGIN, bottom: size.y - bottom };
  }

  #taken() {
    return [...this.obstacles(), ...this.open.flatMap(({ box, dot }) => [box, around(dot, 14)])];
  }

  /** Boxes of marks on the map, in its pixels. @param {string} selector */
  #boxes(selector) {
    const from = this.map.container.getBoundingClientRect();
    return [...this.map.container.querySelectorAll(selector)].map((element) => {
      const box = element.getBoundingClientRect();
      return { element, left: box.left - from.left, top: box.top - from.top, right: box.right - from.left, bottom: box.bottom - from.top };
    });
  }

  /** No mark is half covered: under a bubble, its dot or a card it goes, elsewhere it comes back. */
  #uncover() {
    const covers = [...this.obstacles(), ...this.open.flatMap(({ box, dot }) => [box, around(dot, 9)])];
    for (const mark of this.#boxes(MARKS)) {
      mark.element.classList.toggle("is-covered", covers.some((box) => touch(mark, box, -2)));
    }
  }
}
