/** What is being drawn: kind, corners, undo and redo. Pure; the map tool draws it. */
import { crossesItself, lineLength, perimeter, ringArea, rounded } from "./measure.js";

/** Corners that each kind needs at least. */
export const NEEDED = { pin: 1, line: 2, area: 3 };
/** More corners than a finger sets; the server takes no more either. */
export const MOST = 200;

/** @typedef {import("./measure.js").Point} Point */

export class Drawing {
  /** @param {{kind?: string, vertices?: Point[], past?: Point[][], future?: Point[][]}} [state] */
  constructor({ kind = "pin", vertices = [], past = [], future = [] } = {}) {
    Object.assign(this, { kind, vertices, past, future });
  }

  /** @param {Point[]} vertices */
  #change(vertices) {
    this.past = [...this.past, this.vertices].slice(-100);
    this.future = [];
    this.vertices = vertices;
  }

  /** @param {string} kind */
  setKind(kind) {
    this.kind = kind;
  }

  /** @param {Point} point @returns {boolean} whether it was taken */
  add(point) {
    if (this.vertices.length >= MOST || this.endsAt(point)) return false;
    this.#change([...this.vertices, rounded(point)]);
    return true;
  }

  /** @param {number} index @param {Point} point */
  move(index, point) {
    this.#change(this.vertices.map((old, i) => (i === index ? rounded(point) : old)));
  }

  /** A corner between `index` and the next one. @param {number} index @param {Point} point */
  insert(index, point) {
    const kept = this.vertices.slice();
    kept.splice(index + 1, 0, rounded(point));
    this.#change(kept);
  }

  /** @param {number} index */
  remove(index) {
    this.#change(this.vertices.filter((_, i) => i !== index));
  }

  undo() {
    if (!this.canUndo) return;
    this.future = [this.vertices, ...this.future];
    this.vertices = this.past.at(-1);
    this.past = this.past.slice(0, -1);
  }

  redo() {
    if (!this.canRedo) return;
    this.past = [...this.past, this.vertices];
    [this.vertices, ...this.future] = this.future;
  }

  get canUndo() {
    return this.past.length > 0;
  }

  get canRedo() {
    return this.future.length > 0;
  }

  /** Whether the last corner is this very place. @param {Point} point @returns {boolean} */
  endsAt(point) {
    const last = this.vertices.at(-1);
    const [lng, lat] = rounded(point);
    return Boolean(last) && last[0] === lng && last[1] === lat;
  }

  /** Corners as they would be if the drawing ended at `point`. @param {Point | null} point @returns {Point[]} */
  endedAt(point) {
    if (this.kind === "pin") return point ? [rounded(point)] : this.vertices.slice(0, 1);
    return point && !this.endsAt(point) ? [...this.vertices, rounded(point)] : this.vertices;
  }

  /** Why the drawing can't end so: "few", "crossing" or "". @param {Point[]} vertices @returns {string} */
  problem(vertices) {
    const distinct = new Set(vertices.map(String)).size;
    if (distinct < NEEDED[this.kind]) return "few";
    return this.kind === "area" && crossesItself(vertices) ? "crossing" : "";
  }

  /** Length, or area and perimeter, in metres. @param {Point[]} vertices */
  measure(vertices) {
    if (this.kind === "area") return { squareMetres: ringArea(vertices), metres: perimeter(vertices) };
    return { metres: lineLength(vertices) };
  }

  /** @param {Point[]} [vertices] @returns {{type: string, coordinates: any}} GeoJSON geometry */
  geometry(vertices = this.vertices) {
    if (this.kind === "pin") return { type: "Point", coordinates: vertices[0] };
    if (this.kind === "line") return { type: "LineString", coordinates: vertices };
    return { type: "Polygon", coordinates: [[...vertices, vertices[0]]] };
  }

  /** @returns {object} what a draft keeps */
  toJSON() {
    const { kind, vertices, past, future } = this;
    return { kind, vertices, past: past.slice(-20), future: future.slice(0, 20) };
  }
}
