/** Everything the analysis page shows, in its address: a link is a saved view. */
import { Events } from "../core/events.js";

/** Parameters that choose voices; the server knows them. */
const FILTERS = ["category", "phase", "outcome", "geometry", "from", "to", "q", "in", "within", "bbox"];
const DEFAULTS = { view: "districts", measure: "count", show: "share", tab: "crosstab", basis: "public" };
/** Parameters that choose how voices are shown. */
const SHOWN = ["view", "by", "measure", "share", "layers", "rows", "show", "tab", "district", "basis"];

export class State extends Events {
  /** @param {string} search @param {Record<string, string>} fallbacks what the project suggests */
  constructor(search, fallbacks) {
    super();
    this.fallbacks = { ...DEFAULTS, ...fallbacks };
    const query = new URLSearchParams(search);
    this.values = {};
    for (const [name, value] of query) {
      const isKnown = FILTERS.includes(name) || SHOWN.includes(name) || name.startsWith("answer.");
      if (isKnown && value) this.values[name] = this.values[name] ? `${this.values[name]},${value}` : value;
    }
  }

  /** @param {string} name @returns {string} */
  get(name) {
    return this.values[name] ?? this.fallbacks[name] ?? "";
  }

  /** @param {Record<string, string | null>} changes an empty value takes the parameter out */
  set(changes) {
    const before = this.address();
    for (const [name, value] of Object.entries(changes)) {
      if (value === null || value === "" || value === this.fallbacks[name]) delete this.values[name];
      else this.values[name] = String(value);
    }
    if (this.address() === before) return;
    history.replaceState(null, "", `${location.pathname}${this.address()}${location.hash}`);
    this.fire("change", Object.keys(changes));
  }

  /** @returns {string} query string with "?" or nothing */
  address() {
    const names = Object.keys(this.values).sort();
    const query = new URLSearchParams(names.map((name) => [name, this.values[name]])).toString();
    return query ? `?${query}` : "";
  }

  /** Parameters that choose voices. @returns {Record<string, string>} */
  filters() {
    const chosen = Object.entries(this.values).filter(([name]) => FILTERS.includes(name) || name.startsWith("answer."));
    return Object.fromEntries(chosen);
  }

  /** @returns {boolean} */
  get isFiltered() {
    return Object.keys(this.filters()).length > 0;
  }

  /** Layers that are on: opacity by id. @returns {Map<number, number>} */
  overlays() {
    const pairs = this.get("layers").split(",").filter(Boolean).map((part) => part.split(":").map(Number));
    return new Map(pairs.filter(([id]) => id > 0).map(([id, opacity]) => [id, Number.isFinite(opacity) ? opacity : 0.8]));
  }

  /** @param {Map<number, number>} overlays */
  setOverlays(overlays) {
    const text = [...overlays].map(([id, opacity]) => `${id}:${+opacity.toFixed(2)}`).join(",");
    this.set({ layers: text || "none" });
  }
}
