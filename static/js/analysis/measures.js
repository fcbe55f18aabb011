/** What a district's colour can say, and how it is put into words. */
import { number, percent } from "../core/format.js";
import { gettext, interpolate } from "../core/i18n.js";

/** Colours of the scale from few to many, from the style sheet so that dark mode has its own. */
export function scale() {
  const style = getComputedStyle(document.documentElement);
  return [1, 2, 3, 4, 5].map((step) => style.getPropertyValue(`--scale-${step}`).trim());
}

/** As many colours as classes, spread over the whole scale. @param {number} classes @returns {string[]} */
export function colours(classes) {
  const all = scale();
  if (classes >= all.length) return all;
  if (classes === 1) return [all[2]];
  return Array.from({ length: classes }, (_, i) => all[Math.round((i * (all.length - 1)) / (classes - 1))]);
}

/** Index of the class a value falls into, -1 below the first. @param {number} value @param {number[]} bounds */
export function classOf(value, bounds) {
  let found = -1;
  for (const [index, bound] of bounds.entries()) if (value >= bound) found = index;
  return found;
}

/** @typedef {{count: number, area_km2: number | null, population: number | null, categories: Record<string, number>}} Row */

/**
 * The value of a district under a measure; null where it can't be said.
 * @param {Row} row @param {string} measure @param {string} [category] @returns {number | null}
 */
export function measured(row, measure, category = "") {
  if (measure === "km2") return row.area_km2 ? row.count / row.area_km2 : null;
  if (measure === "people") return row.population ? (row.count / row.population) * 1000 : null;
  if (measure === "share") return row.count ? (row.categories[category] ?? 0) / row.count : null;
  return row.count;
}

/** Bounds that the server chose for the measure. @param {any} summary @param {string} measure @param {string} category */
export function boundsOf(summary, measure, category) {
  const { classes } = summary;
  if (measure === "km2") return classes.per_km2;
  if (measure === "people") return classes.per_1000;
  if (measure === "share") return classes.share[category] ?? [];
  return classes.count;
}

/** @param {number | null} value @param {string} measure @returns {string} */
export function valueText(value, measure) {
  if (value === null) return "–";
  if (measure === "share") return percent(value);
  return number(value, measure === "count" || value >= 100 ? 0 : 1);
}

/** Name of a measure with its unit. @param {string} measure @param {string} category name */
export function measureName(measure, category) {
  const names = {
    count: gettext("声の件数"),
    km2: gettext("1km²あたりの声"),
    people: gettext("住民千人あたりの声"),
    share: interpolate(gettext("「%(category)s」の割合"), { category }),
  };
  return names[measure] ?? names.count;
}

/** A class in words, such as "10–14" or "30〜". @param {number[]} bounds @param {number} index @param {string} measure */
export function classText(bounds, index, measure) {
  const from = valueText(bounds[index], measure);
  if (index === bounds.length - 1) return interpolate(gettext("%(from)s以上"), { from });
  if (measure !== "count") return interpolate(gettext("%(from)s〜%(to)s未満"), { from, to: valueText(bounds[index + 1], measure) });
  const last = bounds[index + 1] - 1;
  return last === bounds[index] ? from : `${from}–${number(last)}`;
}

/**
 * Rank of a district among all by a measure, ties sharing the better place.
 * @param {Row[]} rows @param {Row} row @param {string} measure
 */
export function rankOf(rows, row, measure) {
  const value = measured(row, measure) ?? -1;
  return 1 + rows.filter((other) => (measured(other, measure) ?? -1) > value).length;
}
