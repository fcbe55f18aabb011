/** Official layers: on or off, how strong, and what their colours mean. */
import { byId, fill, find, h } from "../core/dom.js";
import { gettext } from "../core/i18n.js";
import { number } from "../core/format.js";
import { palette } from "../map/palette.js";
import { Overlays, legendOf } from "../map/overlays.js";
import { tile } from "./card.js";

export class LayersPanel {
  /** @param {import("./projectpage.js").ProjectPage} page */
  constructor(page) {
    this.page = page;
    this.overlays = new Overlays(page.map);
    this.layers = page.project.layers.filter(({ use }) => use === "overlay");
    for (const layer of this.layers) if (layer.is_shown) this.#switch(layer, true);
  }

  /** Ids of the layers that are on. @returns {number[]} */
  get shownIds() {
    return [...this.overlays.shown.keys()];
  }

  open() {
    const { page } = this;
    const body = h("div", { class: "stack layers-panel" },
      h("div", { class: "sheet-head" }, h("h2", null, gettext("地図に重ねるもの")), page.closeButton()),
      this.layers.length ? h("ul", { class: "layer-list" }, this.layers.map((layer) => this.#row(layer)))
        : h("p", { class: "meta" }, gettext("このプロジェクトには、重ねられるデータがまだありません。")),
      this.#categories());
    page.sheet.show("layers", { body, height: "half", steps: ["half", "full"], label: gettext("地図に重ねるもの") });
  }

  #row(layer) {
    const isOn = this.overlays.shown.has(layer.id);
    const detail = h("div", { class: "layer-detail", hidden: !isOn }, this.#opacity(layer), this.#legend(layer),
      layer.credit ? h("p", { class: "meta" }, layer.credit) : null, layer.note ? h("p", { class: "meta" }, layer.note) : null);
    const toggle = h("input", { class: "toggle", type: "checkbox", role: "switch", checked: isOn, id: `layer-${layer.id}`, onchange: ({ target }) => {
      this.#switch(layer, target.checked);
      detail.hidden = !target.checked;
    } });
    return h("li", { class: "layer-row" }, h("div", { class: "layer-line" }, h("label", { for: `layer-${layer.id}` }, h("strong", null, layer.name), h("span", { class: "meta" }, number(layer.feature_count))), toggle), detail);
  }

  #opacity(layer) {
    return h("label", { class: "opacity" }, h("span", { class: "meta" }, gettext("濃さ")),
      h("input", { type: "range", min: 0.1, max: 1, step: 0.1, value: String(layer.opacity ?? 0.7), oninput: ({ target }) => {
        layer.opacity = Number(target.value);
        this.overlays.fade(layer.id, layer.opacity);
      } }));
  }

  #legend(layer) {
    return h("ul", { class: "legend" }, legendOf(layer).map(({ label, fill: colour, stroke }) =>
      h("li", null, h("span", { class: "swatch", style: { background: colour ?? "transparent", "border-color": stroke ?? "transparent" } }), label)));
  }

  #switch(layer, isOn) {
    if (isOn) this.overlays.show(layer);
    else this.overlays.hide(layer.id);
    const badge = find(".badge", byId("open-layers"));
    badge.hidden = this.shownIds.length === 0;
    badge.textContent = String(this.shownIds.length);
  }

  /** Colours of the voices; choosing one shows only these and lights a grey one. */
  #categories() {
    const { page } = this;
    if (!page.project.categories.length) return null;
    const chosen = new Set(page.list.categories);
    const looks = palette(page.project.categories, [...chosen]);
    const row = h("div", { class: "chips chips-wrap" });
    fill(row, [...looks.values()].map((look) => h("button", { class: "chip", type: "button", "aria-pressed": String(chosen.has(look.slug)), onclick: () => this.#choose(look.slug) }, tile(look), look.name)));
    return h("div", null, h("h3", null, gettext("声の色")), row);
  }

  #choose(slug) {
    const chosen = new Set(this.page.list.categories);
    if (!chosen.delete(slug)) chosen.add(slug);
    this.page.list.change({ category: [...chosen].join(",") });
    this.open();
  }
}
