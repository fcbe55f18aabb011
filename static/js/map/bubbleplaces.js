/** Where a bubble can stand beside its dot without touching anything. Pure; all in map pixels. */

/**
 * @typedef {{left: number, top: number, right: number, bottom: number}} Box
 * @typedef {{x: number, y: number}} XY
 * @typedef {{box: Box, tail: {side: "top" | "bottom", at: number}}} Stand
 */

/** From the dot's middle to the bubble's edge: the dot's radius and the tail. */
const GAP = 20;
const EDGE = 8;
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

/** By how much the parts of the view reach into each other: a dot may stand at their border. */
const LAP = 16;

/**
 * The area in three parts along its longer side, the outer ones first.
 * @param {Box} area @returns {Box[]}
 */
export function thirds({ left, top, right, bottom }) {
  const isWide = right - left > bottom - top;
  const [start, end] = isWide ? [left, right] : [top, bottom];
  const step = (end - start) / 3;
  return [0, 2, 1].map((n) => {
    const from = Math.max(start, start + n * step - LAP);
    const to = Math.min(end, start + (n + 1) * step + LAP);
    return isWide ? { left: from, top, right: to, bottom } : { left, top: from, right, bottom: to };
  });
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
 * Free places for a bubble, at most one on each side of its dot.
 * @param {XY} dot
 * @param {{width: number, height: number}} size
 * @param {Box} area visible part of the map
 * @param {Box[]} taken other bubbles, their dots, and what floats over the map
 * @returns {Stand[]}
 */
export function standsFor(dot, size, area, taken) {
  const own = around(dot, 12);
  if (!inside(own, area) || taken.some((box) => touch(own, box, 4))) return [];
  const free = stands(dot, size, area).filter(({ box }) => inside(box, area) && !taken.some((other) => touch(box, other, BETWEEN)));
  return ["bottom", "top"].flatMap((side) => free.find(({ tail }) => tail.side === side) ?? []);
}

/**
 * Which of the bubbles can stand at the same time: as many as wanted, or the most that were found.
 * @template {{dot: XY, size: {width: number, height: number}}} T
 * @param {T[]} bubbles in the order in which they are wanted
 * @param {Box[]} parts where the first, second, … is looked for
 * @param {Box[]} taken
 * @returns {{bubble: T, stand: Stand}[]}
 */
export function plan(bubbles, parts, taken) {
  if (parts.length === 0) return [];
  /** @type {{bubble: T, stand: Stand}[]} */
  let best = [];
  for (const bubble of bubbles) {
    const others = bubbles.filter((other) => other !== bubble);
    for (const stand of standsFor(bubble.dot, bubble.size, parts[0], taken)) {
      const more = plan(others, parts.slice(1), [...taken, stand.box, around(bubble.dot, 14)]);
      if (more.length + 1 > best.length) best = [{ bubble, stand }, ...more];
      if (best.length === parts.length) return best;
    }
  }
  return best;
}
