/**
 * Our drawing tool: the map moves under a crosshair, so that no thumb hides the point. It draws the
 * sketch, lets corners be dragged or picked up, and speaks with keys: arrows move, Enter adds,
 * Backspace undoes, Escape leaves.
 */
import { Events } from "../core/events.js";
import { L } from "../core/leaflet.js";
import { h, s } from "../core/dom.js";
import { gettext, interpolate } from "../core/i18n.js";
import { NEARBY_METRES } from "../ui/here.js";

const TAP = 34;
const NEAR_CORNER = 14;
const latLng = ([lng, lat]) => [lat, lng];

/** The crosshair: white casing under teal, coral in the middle. */
function cross() {
  const lines = "M34 2v18M34 48v18M2 34h18M48 34h18";
  return s("svg", { viewBox: "0 0 68 68", "aria-hidden": "true" },
    s("circle", { cx: 34, cy: 34, r: 22, class: "cross-casing" }), s("path", { d: lines, class: "cross-casing" }),
    s("circle", { cx: 34, cy: 34, r: 22, class: "cross-line" }), s("path", { d: lines, class: "cross-line" }),
    s("circle", { cx: 34, cy: 34, r: 5, class: "cross-centre" }));
}

export class Crosshair extends Events {
  /** @param {import("./map.js").ProjectMap} map @param {import("./drawing.js").Drawing} drawing */
  constructor(map, drawing) {
    super();
    Object.assign(this, { map, drawing, moving: null });
    const { leaflet } = map;
    if (!leaflet.getPane("sketch")) leaflet.createPane("sketch").style.zIndex = "560";
    if (!leaflet.getPane("corners")) leaflet.createPane("corners").style.zIndex = "660";
    this.sketch = L.layerGroup().addTo(leaflet);
    this.corners = L.layerGroup().addTo(leaflet);
    this.preview = L.layerGroup().addTo(leaflet);
    this.mark = map.addFocusMark("crosshair");
    this.mark.append(cross());
    this.onmove = () => this.#preview();
    this.onclick = (event) => this.#tap(event);
    this.onkey = (event) => this.#key(event);
    map.on("move", this.onmove).on("insets", this.onmove);
    leaflet.on("click", this.onclick);
    map.container.addEventListener("keydown", this.onkey, true);
    this.redraw();
  }

  remove() {
    this.map.off("move", this.onmove).off("insets", this.onmove);
    this.map.leaflet.off("click", this.onclick);
    this.map.container.removeEventListener("keydown", this.onkey, true);
    for (const part of [this.sketch, this.corners, this.preview, this.mark]) part.remove();
  }

  /** The place under the crosshair. @returns {[number, number]} lng, lat */
  get point() {
    const { lng, lat } = this.map.focus();
    return [lng, lat];
  }

  /** Where the drawing would end now: the crosshair, or null while it stands on the last corner. */
  get end() {
    if (this.moving !== null) return null;
    const last = this.drawing.kind === "pin" ? undefined : this.drawing.vertices.at(-1);
    return last && this.#isUnder(last) ? null : this.point;
  }

  /** Whether a corner lies under the crosshair, as far as an eye can tell. */
  #isUnder(vertex) {
    const there = this.map.leaflet.latLngToContainerPoint(latLng(vertex));
    return there.distanceTo(this.map.focusPoint()) < NEAR_CORNER;
  }

  /** Set a corner here, or put down the one that is being moved. */
  add() {
    if (this.moving !== null) return this.putDown();
    if (this.drawing.kind === "pin") return this.fire("confirm");
    if (this.end && this.drawing.add(this.point)) this.changed(interpolate(gettext("角%(number)sを置きました"), { number: this.drawing.vertices.length }));
    return this;
  }

  undo() {
    this.moving = null;
    this.drawing.undo();
    return this.changed(gettext("一つもどしました"));
  }

  redo() {
    this.drawing.redo();
    return this.changed(gettext("やりなおしました"));
  }

  /** @param {number} index */
  pickUp(index) {
    this.moving = index;
    this.map.moveTo(latLng(this.drawing.vertices[index]));
    this.changed(interpolate(gettext("角%(number)sを動かします。地図を動かして、置くところに合わせてください"), { number: index + 1 }));
  }

  putDown() {
    const index = this.moving;
    this.moving = null;
    this.drawing.move(index, this.point);
    return this.changed(interpolate(gettext("角%(number)sを動かしました"), { number: index + 1 }));
  }

  removeCorner() {
    const index = this.moving;
    this.moving = null;
    this.drawing.remove(index);
    return this.changed(interpolate(gettext("角%(number)sを消しました"), { number: index + 1 }));
  }

  /** @param {string} [words] what to announce */
  changed(words = "") {
    this.redraw();
    return this.fire("change", words);
  }

  /** A tap on the crosshair adds; a tap elsewhere brings that place under it. */
  #tap({ containerPoint, latlng }) {
    if (containerPoint.distanceTo(this.map.focusPoint()) <= TAP) this.add();
    else this.map.moveTo(latlng);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.target !== this.map.container || event.altKey || event.metaKey) return;
    const deeds = {
      Enter: () => (event.shiftKey ? this.fire("confirm") : this.add()), " ": () => this.add(),
      Backspace: () => this.undo(), Delete: () => this.moving !== null && this.removeCorner(), Escape: () => this.#escape(),
    };
    if (event.ctrlKey && event.key.toLowerCase() !== "z") return;
    const deed = event.ctrlKey ? () => (event.shiftKey ? this.redo() : this.undo()) : deeds[event.key];
    if (!deed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    deed();
  }

  #escape() {
    if (this.moving === null) return this.fire("leave");
    this.moving = null;
    return this.changed(gettext("動かすのをやめました"));
  }

  redraw() {
    this.sketch.clearLayers();
    this.corners.clearLayers();
    const { kind, vertices } = this.drawing;
    if (kind !== "pin") {
      this.#lines(kind, vertices.map(latLng));
      for (const [i, vertex] of vertices.entries()) this.#corner(vertex, i);
      this.#knobs(vertices);
    }
    this.#preview();
  }

  #lines(kind, points) {
    const pane = { pane: "sketch", interactive: false };
    const put = (layer) => this.sketch.addLayer(layer);
    if (kind === "area" && points.length > 2) put(L.polygon(points, { ...pane, stroke: false, className: "sketch-fill" }));
    if (kind === "area" && points.length > 2) put(L.polyline([points.at(-1), points[0]], { ...pane, weight: 2, className: "sketch-closing" }));
    if (points.length < 2) return;
    put(L.polyline(points, { ...pane, weight: 8, className: "sketch-casing" }));
    put(L.polyline(points, { ...pane, weight: 4, className: "sketch-line" }));
  }

  /** What it becomes if it ended at the crosshair. */
  #preview() {
    this.preview.clearLayers();
    const { kind, vertices } = this.drawing;
    const here = latLng(this.point);
    if (kind === "pin") return this.#nearby(here);
    if (!vertices.length || this.moving !== null || !this.end) return undefined;
    const pane = { pane: "sketch", interactive: false };
    const last = latLng(vertices.at(-1));
    const first = latLng(vertices[0]);
    if (kind === "area" && vertices.length > 1) {
      this.preview.addLayer(L.polygon([last, here, first], { ...pane, stroke: false, className: "sketch-gain" }));
      this.preview.addLayer(L.polyline([here, first], { ...pane, weight: 4, className: "sketch-dots" }));
    }
    return this.preview.addLayer(L.polyline([last, here], { ...pane, weight: 4, className: "sketch-dots" }));
  }

  /** The ring that explains the count of voices nearby. */
  #nearby(here) {
    this.preview.addLayer(L.circle(here, { radius: NEARBY_METRES, pane: "sketch", interactive: false, weight: 2, className: "nearby-ring" }));
    const south = L.latLng(here).toBounds(NEARBY_METRES * 2).getSouth();
    const words = h("span", null, `${NEARBY_METRES} m`);
    const icon = L.divIcon({ html: words, className: "nearby-label", iconSize: [64, 24] });
    this.preview.addLayer(L.marker([south, here[1]], { icon, pane: "corners", interactive: false, keyboard: false }));
  }

  #corner(vertex, index) {
    const isMoving = this.moving === index;
    const label = interpolate(gettext("角%(number)s。動かす"), { number: index + 1 });
    const disc = h("span", { class: `corner${isMoving ? " corner-moving" : ""}` }, h("span", { "aria-hidden": "true" }, index + 1), h("span", { class: "visually-hidden" }, label));
    const icon = L.divIcon({ html: disc, className: "corner-mark", iconSize: [44, 44] });
    const marker = L.marker(latLng(vertex), { icon, pane: "corners", draggable: true, bubblingMouseEvents: false });
    marker.on("click", () => this.pickUp(index));
    marker.on("dragend", () => {
      const { lng, lat } = marker.getLatLng();
      this.drawing.move(index, [lng, lat]);
      this.changed(interpolate(gettext("角%(number)sを動かしました"), { number: index + 1 }));
    });
    this.corners.addLayer(marker);
  }

  /** Small knobs halfway, that become corners. */
  #knobs(vertices) {
    const pairs = vertices.slice(1).map((vertex, i) => [vertices[i], vertex, i]);
    for (const [a, b, index] of pairs) {
      const middle = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
      if (this.#pixels(a, b) < 70) continue;
      const knob = h("span", { class: "knob" }, h("span", { class: "visually-hidden" }, gettext("ここに角を入れる")));
      const icon = L.divIcon({ html: knob, className: "corner-mark", iconSize: [36, 36] });
      const marker = L.marker(latLng(middle), { icon, pane: "corners", draggable: true, zIndexOffset: -500, bubblingMouseEvents: false });
      const insert = () => {
        const { lng, lat } = marker.getLatLng();
        this.drawing.insert(index, [lng, lat]);
        this.changed(gettext("間に角を入れました"));
      };
      marker.on("click", insert).on("dragend", insert);
      this.corners.addLayer(marker);
    }
  }

  #pixels(a, b) {
    const { leaflet } = this.map;
    return leaflet.latLngToContainerPoint(latLng(a)).distanceTo(leaflet.latLngToContainerPoint(latLng(b)));
  }
}
