/** What the colours mean: what is counted, in which unit, over which voices, on which basis. */
import { fill, h } from "../core/dom.js";
import { number } from "../core/format.js";
import { gettext, interpolate, ngettext } from "../core/i18n.js";
import { legendOf } from "../map/overlays.js";
import { boundsOf, classOf, classText, colours, measureName, measured } from "./measures.js";

const MOST_CLASSES = 14;

/** @param {string} colour @param {string} label @param {string} [more] */
function row(colour, label, more = "") {
  return h("li", { class: "legend-row" }, h("span", { class: "legend-swatch", style: { "--swatch": colour } }),
    h("span", { class: "legend-label" }, label), h("span", { class: "legend-more meta figures" }, more));
}

/** Legend of coloured districts. */
export function districtLegend(summary, { layerName, measure, category, categoryName, about }) {
  const bounds = boundsOf(summary, measure, category);
  const fills = colours(bounds.length);
  const members = new Array(bounds.length).fill(0);
  let [none, unknown] = [0, 0];
  for (const one of summary.features) {
    const value = measured(one, measure, category);
    const index = value === null ? -1 : classOf(value, bounds);
    if (value === null) unknown += 1;
    else if (index < 0) none += 1;
    else members[index] += 1;
  }
  const areas = (count) => interpolate(ngettext("%(count)s区域", "%(count)s区域", count), { count: number(count) });
  const rows = bounds.map((_, i) => row(fills[i], classText(bounds, i, measure), areas(members[i]))).reverse();
  if (none) rows.push(row("var(--surface)", gettext("なし"), areas(none)));
  if (unknown) rows.push(row("repeating-linear-gradient(45deg, #9aa0a3 0 2px, transparent 2px 5px)", gettext("わからない"), areas(unknown)));
  return [
    h("h2", null, measureName(measure, categoryName), h("span", { class: "legend-by" }, interpolate(gettext("（%(layer)sごと）"), { layer: layerName }))),
    h("ul", { class: "legend-rows" }, rows), about,
  ];
}

/** Legend of hexagons. */
export function cellLegend(cells, about, isDistrict) {
  const fills = colours(cells.classes.length);
  const steps = cells.classes.map((_, i) => h("li", { class: "legend-step" },
    h("span", { class: "legend-swatch", style: { "--swatch": fills[i] } }), h("span", { class: "figures" }, classText(cells.classes, i, "count"))));
  const rule = isDistrict
    ? gettext("六角形ひとつの中の件数。境界の外の声は数えません。")
    : gettext("六角形ひとつの中の件数。");
  return [h("h2", null, gettext("声の集まり")), h("ul", { class: "legend-steps" }, steps), h("p", { class: "meta" }, rule), about];
}

/** What the counts speak of. @param {{total: number, basis: string, grid: number}} facts */
export function aboutCounts({ total, basis, grid, isPartition }) {
  const place = basis === "exact" ? gettext("位置：描かれた場所（職員のみ）")
    : grid ? interpolate(gettext("位置：公開の格子 %(grid)sm"), { grid }) : gettext("位置：公開の位置");
  return h("p", { class: "legend-about meta" },
    interpolate(gettext("対象：公開中の声 %(total)s件"), { total: number(total) }), h("br"), place,
    isPartition === false ? [h("br"), gettext("区域が重なるため合計は一致しません")] : null);
}

/** Legends of the official layers that are on. @param {any[]} layers */
export function overlayLegend(layers) {
  return layers.map((layer) => {
    const rows = legendOf(layer);
    const shown = rows.slice(0, MOST_CLASSES);
    const one = ({ label, fill: colour, stroke }) => row(colour ?? stroke ?? "#0b6e7f", label);
    if (rows.length === 1) return h("ul", { class: "legend-rows legend-overlay" }, one(rows[0]));
    return h("details", { class: "legend-overlay" }, h("summary", null, layer.name),
      h("ul", { class: "legend-rows" }, shown.map(one)));
  });
}

/** @param {HTMLElement} root @param {...unknown} parts */
export function showLegend(root, ...parts) {
  fill(root, parts);
  root.hidden = parts.flat().filter(Boolean).length === 0;
}
