/** Adding a voice: place it, say it, send it. The draft is on this device from the first step on. */
import { byId, h } from "../core/dom.js";
import { gettext } from "../core/i18n.js";
import { newDraft } from "../core/draft.js";
import { readView, writeView } from "../core/url.js";
import { Drawing } from "../map/drawing.js";
import { PlaceStep } from "./place.js";
import { WriteStep } from "./write.js";
import { SentStep } from "./sent.js";
import { toast } from "./toast.js";

/** Characters of an own voice that this device remembers. */
const EXCERPT = 60;

export class Adding {
  /** @param {import("./projectpage.js").ProjectPage} page */
  constructor(page) {
    Object.assign(this, { page, step: null });
    this.draft = page.drafts.load() ?? newDraft();
    this.drawing = new Drawing(this.draft.drawing ?? { kind: page.project.geometry_kinds[0] });
    this.live = h("p", { class: "visually-hidden", "aria-live": "polite" });
    document.body.append(this.live);
    document.body.classList.add("is-adding");
  }

  async start() {
    if (this.draft.step === "write" && this.draft.drawing) return this.write();
    return this.place();
  }

  /** @param {string} words */
  announce(words) {
    this.live.textContent = words;
  }

  /** Keep everything as it is now. @returns {boolean} whether this device could keep it */
  save() {
    this.draft.drawing = this.drawing.toJSON();
    const { lat, lng } = this.page.map.focus();
    if (this.draft.step === "place") this.draft.view = { lat, lng, zoom: this.page.map.zoom };
    return this.page.drafts.save(this.draft);
  }

  #enter(step) {
    this.step?.leave();
    this.step = step;
    step.enter();
  }

  /** What the address says after back or forward. @param {"add" | "write"} view */
  stepTo(view) {
    if (view === "write" && this.draft.drawing && !(this.step instanceof WriteStep)) this.write();
    else if (view === "add" && !(this.step instanceof PlaceStep)) this.place();
  }

  place() {
    this.draft.step = "place";
    this.#enter(new PlaceStep(this));
  }

  /** From the words back to the place. */
  back() {
    if (history.state?.written) history.back();
    else this.place();
  }

  /** @param {any[]} [vertices] the finished drawing */
  write(vertices) {
    if (vertices) {
      if (this.drawing.kind === "pin") this.drawing.vertices = vertices;
      else if (vertices.length > this.drawing.vertices.length) this.drawing.add(vertices.at(-1));
    }
    this.draft.step = "write";
    this.save();
    if (readView(location.hash).view !== "write") {
      const { map } = readView(location.hash);
      history.pushState({ opened: true, written: true }, "", `${location.pathname}${location.search}#${writeView({ view: "write", id: null, map })}`);
    }
    this.#enter(new WriteStep(this));
  }

  /** @param {any} answer what the server said */
  sent(answer) {
    const { draft, page } = this;
    const key = answer.manage_url?.split("#")[1] ?? draft.manage_key;
    const { anchor, category, state } = answer.properties;
    page.drafts.remember({
      id: answer.id, key, state: answer.state ?? state, anchor: anchor ?? answer.geometry?.coordinates, category,
      text: draft.text.slice(0, EXCERPT), at: Date.now(),
    });
    page.drafts.drop();
    this.draft = newDraft();
    this.#enter(new SentStep(this, answer, key));
    page.project.voices += (answer.state ?? state) === "published" ? 1 : 0;
    page.list.load();
    page.showOwn();
  }

  /** One more voice, at once. */
  again() {
    this.drawing = new Drawing({ kind: this.page.project.geometry_kinds[0] });
    this.place();
  }

  /** @param {boolean} [back] whether the address must go back too */
  leave(back = true) {
    const isKept = Boolean(this.draft.text || this.drawing.vertices.length) && this.draft.saved_at > 0;
    this.step?.leave();
    this.step = null;
    this.live.remove();
    document.body.classList.remove("is-adding");
    this.page.added();
    if (isKept) this.#offerToDrop();
    else this.page.drafts.drop();
    if (back) this.#home();
  }

  #offerToDrop() {
    toast(gettext("書きかけの声を、この端末に残しました。"), { action: gettext("すてる"), onaction: () => this.page.drafts.drop(), seconds: 8 });
  }

  #home() {
    if (history.state?.opened) history.go(history.state.written ? -2 : -1);
    else this.page.replace("home");
    byId("map").focus({ preventScroll: true });
  }
}
