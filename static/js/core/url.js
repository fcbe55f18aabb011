/**
 * The state of a page in its address: filters in the query (the server reads them too), what is
 * open and where the map stands in the hash.
 */

/** Parameters of design's filter, in the order in which they are written. */
export const FILTERS = ["category", "outcome", "phase", "geometry", "from", "to", "q", "in", "within", "bbox", "state", "basis", "order"];

/**
 * Filters of a query string; unknown parameters are left out, answers (`answer.x`) are kept.
 * @param {string} search @returns {Record<string, string>}
 */
export function readFilters(search) {
  const query = new URLSearchParams(search);
  const found = {};
  for (const name of FILTERS) {
    const values = query.getAll(name).filter(Boolean);
    if (values.length) found[name] = values.join(",");
  }
  for (const [name, value] of query) if (name.startsWith("answer.") && value) found[name] = value;
  return found;
}

/** @param {Record<string, string>} filters @returns {string} query without "?" */
export function writeFilters(filters) {
  const known = FILTERS.filter((name) => filters[name]);
  const answers = Object.keys(filters).filter((name) => name.startsWith("answer.") && filters[name]).sort();
  return new URLSearchParams([...known, ...answers].map((name) => [name, filters[name]])).toString();
}

/**
 * @typedef {{view: string, id: number | null, map: {zoom: number, lat: number, lng: number} | null}} View
 * @param {string} hash with or without "#" @returns {View}
 */
export function readView(hash) {
  const pairs = new URLSearchParams(hash.replace(/^#/, ""));
  const [zoom, lat, lng] = (pairs.get("map") ?? "").split("/").map(Number);
  const isPlace = [zoom, lat, lng].every(Number.isFinite) && Math.abs(lat) <= 90 && Math.abs(lng) <= 180;
  const id = Number(pairs.get("opinion"));
  const opinion = Number.isInteger(id) && id > 0 ? id : null;
  return {
    view: opinion ? "opinion" : (pairs.get("view") ?? "home"),
    id: opinion,
    map: isPlace && pairs.get("map") ? { zoom, lat, lng } : null,
  };
}

/** @param {View} view @returns {string} hash without "#" */
export function writeView({ view, id, map }) {
  const parts = [];
  if (map) parts.push(`map=${+map.zoom.toFixed(2)}/${map.lat.toFixed(5)}/${map.lng.toFixed(5)}`);
  if (id) parts.push(`opinion=${id}`);
  else if (view && view !== "home") parts.push(`view=${view}`);
  return parts.join("&");
}
