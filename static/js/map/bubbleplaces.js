/** Where a bubble can stand beside its dot without touching anything. Pure; all in map pixels. */

/**
 * @typedef {{left: number, top: number, right: number, bottom: number}} Box
 * @typedef {{x: number, y: number}} XY
 * @typedef {{box: Box, tail: {side: "top" | "bottom", at: number}}} Stand
 */

/** From the dot's middle to the bubble's edge: the dot's radius and the tail. */
const GAP = 20;
const EDGE = 10;
const BETWEEN = 12;
/** The tail stays clear of the bubble's round corners. */
const CORNER = 26;
const SHIFTS = [0.5, 0.3, 0.7, 0.15, 0.85];

/** @param {Box} one @param {Box} other @param {number} [room] @returns {boolean} */
export function touch(one, other, room = 0) {
  return one.left < other.right + room && one.right > other.left - room
    && one.top < other.bottom + room && one.bottom > other.top - room;
}

/** @param {XY} point @param {number} radius @returns {Box} */
export function around({ x, y }, radius) {
  return { left: x - radius, top: y - radius, right: x + radius, bottom: y + radius };
}

/** @param {Box} inner @param {Box} outer @returns {boolean} */
function inside(inner, outer) {
  return inner.left >= outer.left + EDGE && inner.right <= outer.right - EDGE
    && inner.top >= outer.top + EDGE && inner.bottom <= outer.bottom - EDGE;
}

/**
 * Places around a dot, the best first: above, then below, each shifted to the sides.
 * @param {XY} dot @param {{width: number, height: number}} size @param {Box} area
 * @returns {Stand[]}
 */
function stands(dot, { width, height }, area) {
  const found = [];
  for (const side of /** @type {const} */ (["bottom", "top"])) {
    const top = side === "bottom" ? dot.y - GAP - height : dot.y + GAP;
    for (const shift of SHIFTS) {
      const wanted = dot.x - width * shift;
      const left = Math.min(Math.max(wanted, area.left + EDGE), area.right - EDGE - width);
      const at = dot.x - left;
      if (at >= CORNER && at <= width - CORNER) {
        found.push({ box: { left, top, right: left + width, bottom: top + height }, tail: { side, at } });
      }
    }
  }
  return found;
}

/**
 * The first free place for a bubble, or null.
 * @param {XY} dot
 * @param {{width: number, height: number}} size
 * @param {Box} area visible part of the map
 * @param {Box[]} taken other bubbles, their dots, and what floats over the map
 * @returns {Stand | null}
 */
export function standFor(dot, size, area, taken) {
  const own = around(dot, 12);
  if (!inside(own, area) || taken.some((box) => touch(own, box, 4))) return null;
  const free = ({ box }) => inside(box, area) && !taken.some((other) => touch(box, other, BETWEEN));
  return stands(dot, size, area).find(free) ?? null;
}
