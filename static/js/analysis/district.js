/** Right column for one district: count, rank, density, what is spoken of there, voices to read. */
import { fill, h, icon, s } from "../core/dom.js";
import { number, percent, voices as voiceCount } from "../core/format.js";
import { gettext, interpolate, ngettext } from "../core/i18n.js";
import { NO_CATEGORY } from "../map/palette.js";
import { rankOf, measured } from "./measures.js";
import { voiceList } from "./voicelist.js";

const STRIP = { width: 400, height: 56, dot: 3.6 };

export class District {
  /** @param {HTMLElement} root @param {import("./state.js").State} state @param {any} project @param {Map<string, any>} looks */
  constructor(root, state, project, looks) {
    Object.assign(this, { root, state, project, looks });
    document.addEventListener("keydown", (event) => this.#step(event));
  }

  /** @param {{summary: any, row: any, voices: any, byLayer: any}} found */
  show({ summary, row, voices, byLayer }) {
    this.rows = summary.features;
    this.row = row;
    fill(this.root, this.#head(summary, row), this.#cards(summary, row), this.#strip(summary, row, byLayer),
      this.#mix(summary, row), h("h3", { class: "figures-title" }, gettext("この区域の声")), voiceList(voices, this.looks, this.project));
    this.root.scrollTop = 0;
  }

  #head(summary, row) {
    const step = (by, glyph, label) => h("button", { type: "button", class: "button button-small", "aria-label": label, onclick: () => this.#go(by) }, icon(glyph));
    return h("div", { class: "district-head" },
      h("div", { class: "district-way" },
        h("button", { type: "button", class: "text-button", onclick: () => this.state.set({ district: null }) }, icon("back"),
          interpolate(gettext("全体（%(total)s件）にもどる"), { total: number(summary.total) })),
        h("span", { class: "district-steps" }, step(-1, "back", gettext("前の区域")), step(1, "forward", gettext("次の区域")))),
      h("div", { class: "district-title" }, h("h2", { tabindex: "-1" }, row.name),
        h("p", null, h("span", { class: "key-figure figures" }, number(row.count)), " ", ngettext("件", "件", row.count))),
      h("p", { class: "meta" }, row.area_km2 ? interpolate(gettext("面積 %(area)skm²"), { area: number(row.area_km2, 2) }) : "",
        row.population ? interpolate(gettext("・人口 %(people)s人"), { people: number(row.population) }) : ""));
  }

  #cards(summary, row) {
    const rows = summary.features;
    const place = (measure) => interpolate(gettext("%(rank)s位"), { rank: rankOf(rows, row, measure) });
    const card = (label, figure, more) => h("div", { class: "figure-card" }, h("span", { class: "lead-label" }, label),
      h("span", { class: "second-figure figures" }, figure), " ", h("span", { class: "meta" }, more));
    return h("div", { class: "figure-cards" },
      card(gettext("件数の順位"), place("count"), `/ ${rows.length}`),
      row.area_km2 ? card(gettext("1km²あたり"), number(measured(row, "km2"), 1), place("km2")) : null,
      row.population ? card(gettext("千人あたり"), number(measured(row, "people"), 1), place("people")) : null,
      card(gettext("全体に占める"), summary.total ? percent(row.count / summary.total) : "–", ""));
  }

  /** Every district as a dot along its count; this one marked. */
  #strip(summary, row, byLayer) {
    const counts = summary.features.map(({ count }) => count);
    const most = Math.max(...counts, 1);
    const stacked = new Map();
    const x = (count) => 8 + (count / most) * (STRIP.width - 16);
    const dots = [...summary.features].sort((a) => (a.id === row.id ? 1 : -1)).map((one) => {
      const key = Math.round(x(one.count) / (STRIP.dot * 2));
      const level = stacked.get(key) ?? 0;
      stacked.set(key, level + 1);
      const isThis = one.id === row.id;
      const y = STRIP.height - 16 - (isThis ? 0 : Math.min(level, 4) * STRIP.dot * 2);
      return s("circle", { cx: x(one.count), cy: y, r: isThis ? 6 : STRIP.dot, class: isThis ? "strip-this" : "strip-dot" }, s("title", null, `${one.name} ${one.count}`));
    });
    const axis = [0, most].map((count) => s("text", { x: x(count), y: STRIP.height - 1, class: "strip-text", "text-anchor": count ? "end" : "start" }, number(count)));
    const label = interpolate(gettext("%(count)sの%(layer)sのなかで（点ひとつ＝区域ひとつ）"), { count: counts.length, layer: byLayer.name });
    return h("div", { class: "strip" }, h("p", { class: "meta" }, label),
      s("svg", { viewBox: `0 0 ${STRIP.width} ${STRIP.height}`, role: "img", "aria-label": label }, s("line", { x1: 0, x2: STRIP.width, y1: STRIP.height - 11, y2: STRIP.height - 11, class: "time-base" }), dots, axis));
  }

  #mix(summary, row) {
    const slugs = [...this.looks.keys(), ""].filter((slug) => summary.categories[slug]);
    const share = (counts, slug, total) => (total ? (counts[slug] ?? 0) / total : 0);
    const most = Math.max(0.01, ...slugs.flatMap((slug) => [share(row.categories, slug, row.count), share(summary.categories, slug, summary.total)]));
    const line = (slug) => {
      const look = this.looks.get(slug) ?? NO_CATEGORY;
      const [here, all] = [share(row.categories, slug, row.count), share(summary.categories, slug, summary.total)];
      return h("li", { class: "mix-row" }, h("span", { class: "tile tile-22", style: { "--tile": look.colour, "--tile-ink": look.ink } }, icon(look.icon)),
        h("span", { class: "mix-name" }, look.name || gettext("なし")),
        h("span", { class: "mix-bar", style: { "--bar": (here / most).toFixed(3), "--all": (all / most).toFixed(3) } }),
        h("span", { class: `figures mix-share${here > all ? " striking" : ""}` }, percent(here)),
        h("span", { class: "figures meta" }, voiceCount(row.categories[slug] ?? 0)));
    };
    return h("div", { class: "mix" },
      h("div", { class: "mix-head" }, h("h3", { class: "figures-title" }, gettext("何について話しているか")),
        h("span", { class: "meta mix-key" }, h("span", { class: "mix-key-bar" }), row.name, h("span", { class: "mix-key-tick" }), gettext("全体"))),
      h("ul", null, slugs.map(line)));
  }

  #go(by) {
    const at = this.rows.findIndex(({ id }) => id === this.row.id);
    const next = this.rows[(at + by + this.rows.length) % this.rows.length];
    this.state.set({ district: String(next.id) });
  }

  /** Arrow keys step through districts, unless they belong to a field or the map. @param {KeyboardEvent} event */
  #step(event) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const isBusy = event.target instanceof Element && event.target.closest("input, select, textarea, #map, [role=tablist]");
    if (by && this.state.get("district") && this.row && !isBusy && !event.altKey && !event.ctrlKey && !event.metaKey) this.#go(by);
  }
}
