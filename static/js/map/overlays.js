/** Official layers over the base map, as vector tiles under the voices. */
import { systemTheme } from "./map.js";
import { inLanguage } from "./texts.js";

const GREY = "#8a8f94";
const OUTLINE = { light: "#1a1a1c", dark: "#ecedee" };
const MAX_DATA_ZOOM = 15;

/** Rows of a layer's legend. @param {any} layer @returns {{label: string, fill?: string, stroke?: string}[]} */
export function legendOf(layer) {
  const { classes, default: rest, fill, stroke } = layer.style ?? {};
  if (!classes) return [{ label: layer.name, fill, stroke: stroke ?? (fill ? undefined : GREY) }];
  const rows = classes.map((one) => ({ label: inLanguage(one.label) || String(one.value), fill: one.fill, stroke: one.stroke ?? rest?.stroke }));
  // Several values of the data may stand for one class, which people read once.
  return rows.filter(({ label }, i) => rows.findIndex((row) => row.label === label) === i);
}

/** The look of one feature by the layer's classes. @param {any} style @param {Record<string, any>} properties */
export function lookOf(style, properties) {
  if (!style?.classes) return style ?? {};
  const value = String(properties[style.property] ?? "");
  return style.classes.find((one) => String(one.value) === value) ?? style.default ?? {};
}

/** Draws polygons, lines and points of one layer alike. */
class LayerSymbolizer {
  /** @param {any} style @param {boolean} isOutline areas as line work only, so that a fill below stays readable */
  constructor(style, isOutline) {
    Object.assign(this, { style, isOutline });
  }

  /** Called by protomaps-leaflet with points in tile pixels. */
  draw(context, geometry, _zoom, feature) {
    const look = lookOf(this.style, feature.props);
    context.beginPath();
    for (const part of geometry) this.#path(context, part, feature.geomType);
    if (feature.geomType === 3 && look.fill && !this.isOutline) {
      context.fillStyle = look.fill;
      context.globalAlpha = look.fillOpacity ?? this.style.fillOpacity ?? 1;
      context.fill("evenodd");
      context.globalAlpha = 1;
    }
    this.#outline(context, look, feature.geomType);
  }

  #path(context, part, type) {
    if (type === 1) {
      for (const { x, y } of part) {
        context.moveTo(x + 4, y);
        context.arc(x, y, 4, 0, Math.PI * 2);
      }
      return;
    }
    for (const [i, { x, y }] of part.entries()) {
      if (i) context.lineTo(x, y);
      else context.moveTo(x, y);
    }
  }

  #outline(context, look, type) {
    if (type === 1) {
      context.fillStyle = look.fill ?? look.stroke ?? GREY;
      context.fill();
      return;
    }
    if (type === 3 && !look.stroke && look.fill && !this.isOutline) return;
    context.strokeStyle = type === 3 && this.isOutline ? OUTLINE[systemTheme()] : (look.stroke ?? GREY);
    context.lineWidth = look.width ?? (type === 2 ? 2.2 : 1.2);
    context.setLineDash(look.dash ? String(look.dash).split(/[ ,]+/).map(Number) : []);
    context.stroke();
    context.setLineDash([]);
  }
}

export class Overlays {
  /** @param {import("./map.js").ProjectMap} map */
  constructor(map) {
    this.map = map;
    this.isOutline = false;
    /** @type {Map<number, any>} */
    this.shown = new Map();
    map.leaflet.createPane("overlays").style.zIndex = "240";
  }

  /** @param {{id: number, slug: string, version: number, style: any, opacity: number}} layer */
  show(layer) {
    if (this.shown.has(layer.id)) return;
    const drawn = globalThis.protomapsL.leafletLayer({
      url: `/tiles/layers/${layer.id}/{z}/{x}/{y}.mvt?v=${layer.version}`, pane: "overlays", attribution: "",
      paintRules: [{ dataLayer: layer.slug, symbolizer: new LayerSymbolizer(layer.style, this.isOutline) }], labelRules: [],
      backgroundColor: undefined, maxDataZoom: MAX_DATA_ZOOM, maxZoom: 19, className: "overlay-tiles",
    });
    drawn.addTo(this.map.leaflet);
    this.shown.set(layer.id, drawn);
    this.fade(layer.id, layer.opacity ?? 0.7);
  }

  /** @param {number} id */
  hide(id) {
    this.shown.get(id)?.remove();
    this.shown.delete(id);
  }

  /** @param {number} id @param {number} opacity 0..1 */
  fade(id, opacity) {
    this.shown.get(id)?.setOpacity(opacity);
  }

  /** Show exactly these layers, each at its opacity. @param {any[]} layers @param {boolean} [isOutline] */
  set(layers, isOutline = this.isOutline) {
    const wanted = new Set(layers.map(({ id }) => id));
    const isRedrawn = isOutline !== this.isOutline;
    this.isOutline = isOutline;
    for (const id of [...this.shown.keys()]) if (isRedrawn || !wanted.has(id)) this.hide(id);
    for (const layer of layers) {
      this.show(layer);
      this.fade(layer.id, layer.opacity ?? 0.7);
    }
  }
}
