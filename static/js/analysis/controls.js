/** Left column: how to look, what to count by, which voices, which layers. */
import { findAll, h, icon } from "../core/dom.js";
import { debounce } from "../core/events.js";
import { number } from "../core/format.js";
import { gettext, interpolate, ngettext, pgettext } from "../core/i18n.js";
import { palette } from "../map/palette.js";

const VIEWS = () => [
  ["points", "pin", pgettext("view", "点")],
  ["clusters", "voice", gettext("集まり")],
  ["cells", "hexagon", gettext("六角形")],
  ["districts", "district", gettext("地区")],
];

export class Controls {
  /** @param {HTMLElement} root @param {import("./state.js").State} state @param {any} project @param {any[]} groupings */
  constructor(root, state, project, groupings) {
    Object.assign(this, { root, state, project, groupings });
    this.overlays = project.layers.filter((layer) => layer.use === "overlay");
    this.looks = palette(project.categories);
    root.append(this.#views(), this.#districts(), this.#filters(), this.#layers());
    state.on("change", () => this.refresh());
    this.refresh();
  }

  #section(title, ...children) {
    return h("section", { class: "control-block" }, h("h2", { class: "control-title" }, title), children);
  }

  #views() {
    const button = ([view, glyph, label]) => h("button", {
      type: "button", class: "view-button", dataset: { view }, onclick: () => this.state.set({ view, district: null }),
    }, icon(glyph), h("span", null, label));
    return this.#section(gettext("見せ方"), h("div", { class: "view-buttons", role: "group" }, VIEWS().map(button)));
  }

  #districts() {
    const option = (layer) => h("option", { value: String(layer.id) },
      interpolate(ngettext("%(name)s（%(count)s区域）", "%(name)s（%(count)s区域）", layer.feature_count), { name: layer.name, count: number(layer.feature_count) }));
    this.by = h("select", { class: "input", "aria-label": gettext("数える区域"), onchange: () =>
      this.state.set({ by: this.by.value, district: null }) }, this.groupings.map(option));
    this.measures = h("div", { class: "switch switch-small", role: "group", "aria-label": gettext("何であらわすか") },
      this.#measureButtons());
    const categories = this.project.categories.map(({ slug, name }) => h("option", { value: slug }, name));
    this.share = h("select", { class: "input", "aria-label": gettext("割合を見るカテゴリ"), onchange: () =>
      this.state.set({ share: this.share.value }) }, categories);
    this.note = h("p", { class: "meta" });
    return this.#section(gettext("数える区域"), this.by, this.measures, this.share, this.note, this.#basis());
  }

  /** Which places count; only for staff who may see what was drawn. */
  #basis() {
    if (!this.project.can.see_exact) return null;
    const names = { public: gettext("公開の位置"), exact: gettext("描かれた位置") };
    this.bases = h("div", { class: "switch switch-small", role: "group", "aria-label": gettext("位置の精度") },
      Object.entries(names).map(([basis, name]) => h("button", { type: "button", dataset: { basis }, onclick: () => this.state.set({ basis }) }, name)));
    return [this.bases, h("p", { class: "meta" }, gettext("描かれた位置を見ると、だれがいつ見たかが記録されます。"))];
  }

  #measureButtons() {
    const names = { count: gettext("件数"), km2: gettext("1km²"), people: gettext("千人あたり"), share: gettext("割合") };
    return Object.entries(names).map(([measure, name]) => h("button", {
      type: "button", dataset: { measure }, onclick: () => this.state.set({ measure }),
    }, name));
  }

  #layers() {
    const row = (layer) => {
      const id = `layer-${layer.id}`;
      const opacity = h("input", { type: "range", min: "0.1", max: "1", step: "0.05", class: "opacity",
        "aria-label": interpolate(gettext("%(name)sの濃さ"), { name: layer.name }),
        oninput: debounce(() => this.#toggle(layer.id, Number(opacity.value)), 60) });
      const toggle = h("input", { type: "checkbox", class: "toggle", id, onchange: () =>
        this.#toggle(layer.id, toggle.checked ? Number(opacity.value) : null) });
      return h("div", { class: "layer-row", dataset: { layer: String(layer.id) } },
        toggle, h("label", { for: id }, layer.name), h("output", { class: "meta figures" }), opacity);
    };
    if (!this.overlays.length) return null;
    return this.#section(gettext("公式レイヤを重ねる"), this.overlays.map(row));
  }

  /** @param {number} id @param {number | null} opacity null: off */
  #toggle(id, opacity) {
    const overlays = this.state.overlays();
    if (opacity === null) overlays.delete(id);
    else overlays.set(id, opacity);
    this.state.setOverlays(overlays);
  }

  #filters() {
    this.words = h("input", { type: "search", class: "input", placeholder: gettext("ことばでさがす"),
      "aria-label": gettext("ことばでさがす"), oninput: debounce(() => this.state.set({ q: this.words.value.trim() }), 350) });
    const date = (name, label) => h("label", { class: "date-field" }, h("span", null, label),
      h("input", { type: "date", class: "input", name, onchange: (event) => this.state.set({ [name]: event.target.value }) }));
    this.dates = h("div", { class: "date-fields" }, date("from", gettext("いつから")), date("to", gettext("いつまで")));
    this.clear = h("button", { type: "button", class: "text-button", onclick: () => this.#clearFilters() }, gettext("すべて外す"));
    this.boxes = this.project.categories.map((category) => this.#categoryBox(category));
    return this.#section(gettext("しぼりこみ"), this.clear, h("div", { class: "category-boxes" }, this.boxes), this.words, this.dates);
  }

  #categoryBox({ slug }) {
    const look = this.looks.get(slug);
    const tile = h("span", { class: "tile", style: { "--tile": look.colour, "--tile-ink": look.ink } }, icon(look.icon));
    const box = h("input", { type: "checkbox", value: slug, onchange: () => this.#chooseCategories() });
    return h("label", { class: "category-box" }, box, tile, h("span", { class: "category-name" }, look.name),
      h("output", { class: "figures meta", dataset: { category: slug } }));
  }

  #chooseCategories() {
    const boxes = findAll("input[type=checkbox]", this.root.querySelector(".category-boxes"));
    const on = boxes.filter((box) => box.checked).map((box) => box.value);
    this.state.set({ category: on.length === boxes.length || on.length === 0 ? null : on.join(",") });
  }

  #clearFilters() {
    const none = Object.fromEntries(Object.keys(this.state.filters()).map((name) => [name, null]));
    this.state.set(none);
  }

  /** Counts beside the categories. @param {Record<string, number>} counts */
  showCounts(counts) {
    for (const output of findAll("[data-category]", this.root)) output.textContent = number(counts[output.dataset.category] ?? 0);
  }

  /** Whether people can be divided by: the layer knows its population. @param {boolean} isKnown */
  allowPeople(isKnown) {
    this.measures.querySelector("[data-measure=people]").hidden = !isKnown;
  }

  refresh() {
    const { state } = this;
    const isDistricts = state.get("view") === "districts";
    for (const button of findAll("[data-view]", this.root)) button.setAttribute("aria-pressed", String(button.dataset.view === state.get("view")));
    for (const button of findAll("[data-measure]", this.root)) button.setAttribute("aria-pressed", String(button.dataset.measure === state.get("measure")));
    for (const button of findAll("[data-basis]", this.root)) button.setAttribute("aria-pressed", String(button.dataset.basis === state.get("basis")));
    this.by.value = state.get("by");
    this.measures.hidden = !isDistricts;
    this.share.hidden = !isDistricts || state.get("measure") !== "share";
    this.share.value = state.get("share");
    const layer = this.groupings.find(({ id }) => String(id) === state.get("by"));
    this.note.textContent = layer?.note ?? "";
    this.#refreshLayers(state.overlays());
    this.#refreshFilters();
  }

  #refreshLayers(overlays) {
    for (const row of findAll("[data-layer]", this.root)) {
      const opacity = overlays.get(Number(row.dataset.layer));
      const slider = row.querySelector(".opacity");
      row.querySelector(".toggle").checked = opacity !== undefined;
      slider.hidden = opacity === undefined;
      slider.value = String(opacity ?? slider.value);
      row.querySelector("output").textContent = opacity === undefined ? "" : `${Math.round(opacity * 100)}%`;
    }
  }

  #refreshFilters() {
    const chosen = this.state.get("category").split(",").filter(Boolean);
    const boxes = findAll(".category-boxes input[type=checkbox]", this.root);
    for (const box of boxes) box.checked = chosen.length === 0 || chosen.includes(box.value);
    if (document.activeElement !== this.words) this.words.value = this.state.get("q");
    for (const input of findAll("input[type=date]", this.dates)) input.value = this.state.get(input.name);
    this.clear.hidden = !this.state.isFiltered;
  }
}
