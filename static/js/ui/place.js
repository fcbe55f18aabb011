/** Step one: where. Pin, line or area by the crosshair, with what the layers know there. */
import { byId, fill, find, findAll, h, icon } from "../core/dom.js";
import { debounce } from "../core/events.js";
import { gettext, interpolate, ngettext } from "../core/i18n.js";
import { area, joined, length, number, percent } from "../core/format.js";
import { post } from "../core/api.js";
import { Crosshair } from "../map/crosshair.js";
import { NEEDED } from "../map/drawing.js";
import { isInside } from "../map/measure.js";
import { NEARBY_METRES, factLine, outsideWords, sorted } from "./here.js";
import { steps } from "./steps.js";
import { tile } from "./card.js";
import { toast } from "./toast.js";

const KINDS = {
  pin: { words: () => gettext("点"), title: () => gettext("場所をしめす"), icon: "pin" },
  line: { words: () => gettext("線"), title: () => gettext("線をひく"), icon: "line" },
  area: { words: () => gettext("面"), title: () => gettext("範囲をかこむ"), icon: "area" },
};
const KEYS = () => gettext("矢印キーで地図を動かし、Enterで置きます。Backspaceで一つもどし、Shift+Enterで終わり、Escapeでやめます。");

export class PlaceStep {
  /** @param {import("./adding.js").Adding} adding */
  constructor(adding) {
    Object.assign(this, { adding, page: adding.page, drawing: adding.drawing, shares: [], sharesFor: "" });
    this.bar = byId("place-bar");
    this.tell = (here) => this.#here(here);
    this.onsettle = () => {
      this.at = this.page.map.focus();
      this.#update();
    };
    this.onheight = () => this.#stay();
    this.askShares = debounce(() => this.#askShares(), 350);
  }

  enter() {
    const { page } = this;
    this.at = page.map.focus();
    this.#build();
    page.sheet.show("place", { body: this.body, foot: this.foot, height: "auto", steps: ["auto"], label: gettext("場所をしめす") });
    this.#zoomIn();
    this.tool = new Crosshair(page.map, this.drawing);
    this.tool.on("change", (words) => this.#changed(words)).on("confirm", () => this.finish()).on("leave", () => this.adding.leave());
    page.here.on("here", this.tell);
    page.map.on("settle", this.onsettle);
    page.sheet.on("height", this.onheight);
    this.#showBar();
    this.setKind(this.drawing.kind);
    if (page.here.last) this.#here(page.here.last);
    page.here.ask();
    page.map.container.focus({ preventScroll: true });
    this.adding.announce(KEYS());
  }

  leave() {
    this.page.here.off("here", this.tell);
    this.page.map.off("settle", this.onsettle);
    this.page.sheet.off("height", this.onheight);
    this.tool?.remove();
    document.body.classList.remove("is-sketching");
    this.bar.hidden = true;
    byId("place-hint").hidden = true;
  }

  /** Stand on the drawing, close enough to see what one points at. */
  #zoomIn() {
    const { map, project } = this.page;
    const { view } = this.adding.draft;
    const last = this.drawing.vertices.at(-1);
    const zoom = Math.max(view?.zoom ?? map.zoom, project.minimum_zoom);
    if (last) map.moveTo([last[1], last[0]], zoom, false);
    else if (view) map.moveTo([view.lat, view.lng], zoom, false);
    else map.moveTo(this.at, zoom, false);
    this.at = map.focus();
  }

  /** The sheet grew or shrank: the crosshair moves on the screen, but not on the ground. */
  #stay() {
    const { map } = this.page;
    if (this.at && map.leaflet.distance(map.focus(), this.at) > 0.5) map.moveTo(this.at, map.zoom, false);
  }

  #showBar() {
    this.bar.hidden = false;
    fill(this.bar,
      h("button", { class: "bar-button", type: "button", "aria-label": gettext("地図にもどる"), onclick: () => this.adding.leave() }, icon("back")),
      h("div", { class: "bar-words" }, h("h2", { id: "place-title" }), steps(1)),
      h("button", { class: "text-button bar-quit", type: "button", onclick: () => this.adding.leave() }, gettext("やめる")));
  }

  #build() {
    this.district = h("strong", { class: "place-district" });
    this.facts = h("p", { class: "place-facts" });
    this.nearby = h("p", { class: "place-nearby" });
    this.measure = h("p", { class: "place-measure figures" });
    this.shareLines = h("div", { class: "place-facts" });
    this.hereBox = h("div", { class: "place-here", "aria-live": "polite" },
      h("p", { class: "place-head" }, icon("locate"), this.district), this.facts, this.nearby);
    this.measureBox = h("div", { class: "place-here", hidden: true }, this.measure, this.shareLines);
    this.body = h("div", { class: "place" }, this.hereBox, this.measureBox, this.#switch());
    this.foot = h("div", { class: "place-foot" });
  }

  #switch() {
    const kinds = this.page.project.geometry_kinds;
    if (kinds.length < 2) return null;
    return h("div", { class: "switch", role: "radiogroup", "aria-label": gettext("かたち") }, kinds.map((kind) =>
      h("button", { type: "button", role: "radio", dataset: { kind }, onclick: () => this.setKind(kind) }, icon(KINDS[kind].icon), KINDS[kind].words())));
  }

  /** @param {string} kind */
  setKind(kind) {
    this.drawing.setKind(kind);
    document.body.classList.toggle("is-sketching", kind !== "pin");
    for (const button of findAll("[data-kind]", this.body)) {
      button.setAttribute("aria-checked", String(button.dataset.kind === kind));
    }
    find("#place-title", this.bar).textContent = KINDS[kind].title();
    this.hereBox.hidden = kind !== "pin";
    this.measureBox.hidden = kind === "pin";
    fill(this.foot, kind === "pin" ? this.#pinButtons() : this.#cornerButtons());
    this.tool.changed();
  }

  #pinButtons() {
    this.confirm = h("button", { class: "button button-teal button-wide", type: "button", id: "confirm-place", onclick: () => this.finish() });
    return [this.confirm];
  }

  #cornerButtons() {
    const tool = (name, words, deed) => h("button", { class: "button button-icon", type: "button", "aria-label": words, onclick: deed }, icon(name));
    this.undo = tool("undo", gettext("一つもどす"), () => this.tool.undo());
    this.redo = tool("redo", gettext("やりなおす"), () => this.tool.redo());
    this.bin = tool("trash", gettext("この角を消す"), () => this.tool.removeCorner());
    this.addCorner = h("button", { class: "button button-line grow", type: "button", id: "add-corner", onclick: () => this.tool.add() });
    this.confirm = h("button", { class: "button button-teal button-wide", type: "button", id: "confirm-place", onclick: () => this.finish() });
    this.asIs = h("button", { class: "text-button as-is", type: "button", onclick: () => this.finish(true) });
    return [h("div", { class: "button-row" }, this.undo, this.redo, this.bin, this.addCorner), this.confirm, this.asIs];
  }

  #changed(words) {
    if (words) this.adding.announce(words);
    this.adding.save();
    this.#update();
  }

  /** Everything that depends on the drawing and on where the crosshair stands. */
  #update() {
    if (this.drawing.kind === "pin") this.#updatePin();
    else this.#updateCorners();
    this.#hint();
  }

  #isOutside() {
    const { project, here } = this.page;
    if (isInside(this.tool.point, project.area)) return false;
    const { last } = here;
    return !(last && !here.element.classList.contains("is-loading") && (last.inside || last.distance_m <= project.tolerance_m));
  }

  #tooFar() {
    return this.page.map.zoom < this.page.project.minimum_zoom;
  }

  #updatePin() {
    const isOutside = this.#isOutside();
    const words = this.#tooFar() ? gettext("もっと近づく") : isOutside ? gettext("対象範囲の外です") : gettext("この場所にする");
    fill(this.confirm, icon(this.#tooFar() ? "plus" : "check"), words);
    this.confirm.setAttribute("aria-disabled", String(isOutside));
  }

  #updateCorners() {
    const { drawing, tool } = this;
    const ended = drawing.endedAt(tool.end);
    const isMoving = tool.moving !== null;
    const endsHere = tool.end && drawing.vertices.length > 0;
    this.undo.disabled = !drawing.canUndo;
    this.redo.disabled = !drawing.canRedo;
    this.bin.hidden = !isMoving;
    this.undo.hidden = isMoving;
    this.redo.hidden = isMoving;
    const add = drawing.kind === "area" ? gettext("ここに角を足す") : gettext("ここに点を足す");
    fill(this.addCorner, icon(isMoving ? "check" : "plus"), isMoving ? gettext("ここに置く") : add);
    const last = drawing.kind === "area" ? gettext("ここを最後の角にして終わる") : gettext("ここを最後の点にして終わる");
    fill(this.confirm, icon("check"), endsHere ? last : gettext("この形で終わる"));
    this.confirm.disabled = isMoving || drawing.problem(ended) !== "";
    this.asIs.hidden = isMoving || !endsHere || drawing.problem(drawing.vertices) !== "";
    fill(this.asIs, interpolate(gettext("いま足さずに、%(count)sつの角で終わる"), { count: drawing.vertices.length }));
    this.#showMeasure(ended);
    this.askShares();
  }

  #showMeasure(ended) {
    const { kind, vertices } = this.drawing;
    const isArea = kind === "area";
    const count = interpolate(isArea ? gettext("角 %(count)sつ") : gettext("点 %(count)sつ"), { count: number(vertices.length) });
    if (ended.length < NEEDED[kind]) {
      fill(this.measure, h("strong", null, isArea ? gettext("角を3つ以上置きます") : gettext("点を2つ以上置きます")), " ", h("span", { class: "meta" }, count));
      return;
    }
    const { metres, squareMetres } = this.drawing.measure(ended);
    const around = interpolate(gettext("まわり %(metres)s"), { metres: length(metres) });
    fill(this.measure, h("strong", null, interpolate(gettext("約 %(size)s"), { size: isArea ? area(squareMetres) : length(metres) })),
      " ", h("span", { class: "meta" }, isArea ? joined([around, count]) : count));
  }

  /** Shares per district and zone of what is drawn, from the same reckoning that will store it. */
  async #askShares() {
    const ended = this.drawing.endedAt(this.tool.end);
    const asked = JSON.stringify(ended);
    if (this.drawing.kind === "pin" || asked === this.sharesFor) return;
    this.sharesFor = asked;
    if (this.drawing.problem(ended)) return this.#showShares([]);
    try {
      const feature = { type: "Feature", geometry: this.drawing.geometry(ended), properties: {} };
      const { shares } = await post(`${this.page.api}preview/`, feature);
      if (this.sharesFor === asked) this.#showShares(shares);
    } catch (error) {
      if (this.sharesFor === asked) fill(this.shareLines, h("p", { class: "error-text" }, error.isOffline ? "" : error.message));
    }
    return undefined;
  }

  #showShares(shares) {
    const layers = Map.groupBy(shares, ({ layer }) => layer);
    const lines = [...layers.values()].slice(0, 2).map((rows) => rows.slice(0, 3).map(({ name, share }) => `${name} ${percent(share)}`));
    fill(this.shareLines, lines.map((texts) => h("p", null, factLine(texts))));
  }

  #here(here) {
    const { district, others } = sorted(here.facts);
    this.hereBox.classList.toggle("is-outside", !here.inside);
    this.district.textContent = here.inside ? district || gettext("対象範囲の中") : outsideWords(here.distance_m);
    fill(this.facts, factLine(here.inside ? others : [gettext("地図を動かして、線の内がわに合わせてください")]));
    this.#nearby(here.nearby);
    this.#update();
  }

  #nearby({ count, categories }) {
    const words = count ? [interpolate(gettext("%(metres)sm以内に"), { metres: NEARBY_METRES }), " ", h("strong", null, number(count)), ngettext("件の声", "件の声", count)]
      : [gettext("200m以内に声はまだありません。さいしょの声になります")];
    const icons = Object.keys(categories).slice(0, 5).map((slug) => tile(this.page.voices.look(slug), "tile-22"));
    fill(this.nearby, h("span", null, words), h("span", { class: "tiles" }, icons));
  }

  #hint() {
    const hint = byId("place-hint");
    const { kind, vertices } = this.drawing;
    const words = this.#tooFar() ? gettext("場所がわかるまで、地図を拡大してください")
      : kind === "pin" ? "" : this.#isOutside() ? gettext("ここは対象範囲の外です")
        : this.drawing.problem(this.drawing.endedAt(this.tool.end)) === "crossing" ? gettext("線が交わっています。角を動かすか、もどしてください")
          : vertices.length ? gettext("地図を動かして、次の角をまん中に合わせます") : gettext("地図を動かして、はじめの角をまん中に合わせます");
    hint.hidden = !words;
    hint.textContent = words;
  }

  /** Go on to the words. @param {boolean} [asIs] without a corner at the crosshair */
  finish(asIs = false) {
    const { map, project } = this.page;
    if (this.#tooFar()) return map.moveTo(map.focus(), project.minimum_zoom);
    const end = asIs ? null : this.tool.end;
    const vertices = this.drawing.kind === "pin" ? [this.tool.point] : this.drawing.endedAt(end);
    if (end && this.#isOutside()) return toast(gettext("ここは対象範囲の外です。線の内がわに合わせてください。"));
    if (this.drawing.problem(vertices)) return undefined;
    Object.assign(this.adding.draft.context, {
      zoom: Math.round(map.zoom), accuracy: this.page.locator?.accuracy ?? undefined,
      input: matchMedia("(pointer: coarse)").matches ? "touch" : "mouse",
    });
    return this.adding.write(this.drawing.kind === "pin" ? this.drawing.endedAt(this.tool.point) : vertices);
  }
}

