/** Pins, rings and what rings count, as SVG. Every pin is the logo's shape, so that brand and voice are one sign. */
import { h, icon, s } from "../core/dom.js";
import { interpolate, ngettext } from "../core/i18n.js";
import { number } from "../core/format.js";
import { L } from "../core/leaflet.js";

const BUBBLE = "M12 1.5h14a10.5 10.5 0 0 1 10.5 10.5v14a10.5 10.5 0 0 1-10.5 10.5h-2.3L19 44l-4.7-7.5H12A10.5 10.5 0 0 1 1.5 26V12A10.5 10.5 0 0 1 12 1.5z";
/** Scale of pins on the project page. */
const SCALE = 0.86;

/**
 * Options for supercluster that carry counts by category index.
 * @param {number} categories how many there are
 */
export function countingOptions(categories) {
  return {
    map: ({ category }) => {
      const counts = new Array(categories + 1).fill(0);
      counts[category < 0 ? categories : category] = 1;
      return { counts };
    },
    reduce: (all, some) => {
      all.counts = all.counts.map((count, i) => count + some.counts[i]);
    },
  };
}

/**
 * Counts with those of one colour put together under the first of them, so that categories which
 * share grey make one arc.
 * @param {number[]} counts by category index @param {{colour: string}[]} colours by category index
 * @returns {number[]}
 */
export function byColour(counts, colours) {
  const first = counts.map((_, index) => colours.findIndex(({ colour }) => colour === colours[index].colour));
  return counts.map((_, index) => counts.reduce((sum, count, other) => (first[other] === index ? sum + count : sum), 0));
}

/**
 * Arcs of a ring in hundredths of its length, biggest share first, gaps between them.
 * @param {number[]} counts by category index @returns {{index: number, start: number, length: number}[]}
 */
export function arcs(counts) {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const shown = counts.map((count, index) => ({ count, index })).filter(({ count }) => count > 0);
  shown.sort((a, b) => b.count - a.count || a.index - b.index);
  const gap = shown.length > 1 ? 1.2 : 0;
  let start = 0;
  return shown.map(({ count, index }) => {
    const share = (count / total) * 100;
    const arc = { index, start: start + gap / 2, length: Math.max(share - gap, 0.4) };
    start += share;
    return arc;
  });
}

/** Width of a cluster in pixels. @param {number} count @returns {number} */
export function clusterSize(count) {
  if (count < 15) return 44;
  if (count < 40) return 50;
  return count < 1000 ? 58 : 66;
}

/**
 * A pin in its category's colour.
 * @param {{icon: string, colour: string, ink: string}} category
 * @param {{label: string, scale?: number, waiting?: boolean, selected?: boolean}} options
 */
export function pinIcon(category, { label, scale = SCALE, waiting = false, selected = false }) {
  const [width, height] = [38 * scale, 46 * scale];
  const glyph = icon(category.icon, "pin-icon");
  const bubble = s("svg", { viewBox: "-1 -1 40 48", class: "pin-shape", "aria-hidden": "true" },
    s("path", { d: BUBBLE, fill: category.colour }));
  const body = h("span", { class: `pin${waiting ? " pin-waiting" : ""}${selected ? " pin-selected" : ""}` },
    bubble, glyph, h("span", { class: "visually-hidden" }, label));
  body.style.setProperty("--pin-ink", category.ink);
  body.style.setProperty("--pin-width", `${width}px`);
  return L.divIcon({ html: body, className: "pin-mark", iconSize: [width, height], iconAnchor: [width / 2, height - 1] });
}

/**
 * A cluster's ring with its count.
 * @param {number[]} counts by category index @param {{colour: string}[]} colours by category index
 */
export function ringIcon(counts, colours) {
  const count = counts.reduce((sum, some) => sum + some, 0);
  const size = clusterSize(count);
  const radius = size / 2 - 4;
  const circle = (arc) => s("circle", {
    cx: size / 2, cy: size / 2, r: radius, fill: "none", stroke: colours[arc.index].colour,
    "stroke-width": 6, pathLength: 100, "stroke-dasharray": `${arc.length} ${100 - arc.length}`,
    "stroke-dashoffset": -arc.start, transform: `rotate(-90 ${size / 2} ${size / 2})`,
  });
  const ring = s("svg", { viewBox: `0 0 ${size} ${size}`, width: size, height: size, "aria-hidden": "true" },
    s("circle", { cx: size / 2, cy: size / 2, r: size / 2 - 0.5, class: "ring-plate" }), arcs(byColour(counts, colours)).map(circle));
  const label = interpolate(ngettext("%(count)s件の声のまとまり", "%(count)s件の声のまとまり", count), { count: number(count) });
  const body = h("span", { class: "ring" }, ring, h("span", { class: "ring-count", "aria-hidden": "true" }, number(count)),
    h("span", { class: "visually-hidden" }, label));
  return L.divIcon({ html: body, className: "ring-mark", iconSize: [size, size] });
}
