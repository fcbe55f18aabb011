/** Lengths, areas and tests on the sphere for what a finger draws. Points are [lng, lat] degrees. */

const RADIUS = 6371008.8;
const radians = (degrees) => (degrees * Math.PI) / 180;

/** @typedef {[number, number]} Point */

/** Great-circle distance in metres. @param {Point} a @param {Point} b @returns {number} */
export function distance(a, b) {
  const dLat = radians(b[1] - a[1]);
  const dLng = radians(b[0] - a[0]);
  const half = Math.sin(dLat / 2) ** 2
    + Math.cos(radians(a[1])) * Math.cos(radians(b[1])) * Math.sin(dLng / 2) ** 2;
  return 2 * RADIUS * Math.asin(Math.min(1, Math.sqrt(half)));
}

/** Length of a line in metres. @param {Point[]} points @returns {number} */
export function lineLength(points) {
  return points.slice(1).reduce((sum, point, i) => sum + distance(points[i], point), 0);
}

/** Length around an open ring in metres. @param {Point[]} points @returns {number} */
export function perimeter(points) {
  return points.length < 2 ? 0 : lineLength([...points, points[0]]);
}

/** Area of an open ring in square metres (spherical excess). @param {Point[]} points @returns {number} */
export function ringArea(points) {
  if (points.length < 3) return 0;
  const sum = points.reduce((total, point, i) => {
    const next = points[(i + 1) % points.length];
    return total + radians(next[0] - point[0]) * (2 + Math.sin(radians(point[1])) + Math.sin(radians(next[1])));
  }, 0);
  return Math.abs((sum * RADIUS * RADIUS) / 2);
}

/** @param {Point} a @param {Point} b @param {Point} c @returns {number} sign of the turn a-b-c */
function turn(a, b, c) {
  return Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
}

/** Whether two segments cross in their insides. @param {Point} a @param {Point} b @param {Point} c @param {Point} d */
export function segmentsCross(a, b, c, d) {
  return turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0;
}

/** Whether the closed ring crosses itself. @param {Point[]} points @returns {boolean} */
export function crossesItself(points) {
  const n = points.length;
  for (let i = 0; i < n; i += 1) {
    for (let j = i + 1; j < n; j += 1) {
      if (segmentsCross(points[i], points[(i + 1) % n], points[j], points[(j + 1) % n])) return true;
    }
  }
  return false;
}

/** Even-odd test in one ring. @param {Point} point @param {Point[]} ring @returns {boolean} */
function inRing([x, y], ring) {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
    const [xi, yi] = ring[i];
    const [xj, yj] = ring[j];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

/**
 * Whether a point lies in a Polygon or MultiPolygon (GeoJSON).
 * @param {Point} point @param {{type: string, coordinates: any[]}} geometry @returns {boolean}
 */
export function isInside(point, geometry) {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  return polygons.some((rings) => rings.filter((ring) => inRing(point, ring)).length % 2 === 1);
}

/** Six decimals, as the server keeps them. @param {Point} point @returns {Point} */
export function rounded([lng, lat]) {
  return [Math.round(lng * 1e6) / 1e6, Math.round(lat * 1e6) / 1e6];
}
