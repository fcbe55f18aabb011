/** Official layers over the base map, drawn from their vector tiles in their own style. */
import { inLanguage } from "./texts.js";

const PLAIN = { fill: "#0b6e7f", stroke: "#0b6e7f" };
const POINT_RADIUS = 4;

/**
 * @typedef {{value: string, label?: Record<string, string>, fill?: string, stroke?: string, dash?: string}} StyleClass
 * @typedef {{property?: string, classes?: StyleClass[], default?: object, fill?: string, stroke?: string}} Style
 */

/** How one value is drawn. @param {Style} style @param {unknown} value @returns {StyleClass | Style} */
export function styleOf(style, value) {
  const known = style.classes?.find((one) => String(one.value) === String(value ?? ""));
  return known ?? style.default ?? (style.fill || style.stroke ? style : PLAIN);
}

/** Rows of a legend: label and drawing. @param {{style: Style, name: string}} layer */
export function legendRows(layer) {
  const classes = layer.style?.classes ?? [];
  if (!classes.length) return [{ label: layer.name, ...styleOf(layer.style ?? {}, null) }];
  return classes.map((one) => ({ ...one, label: inLanguage(one.label) || String(one.value) }));
}

/** @param {CanvasRenderingContext2D} ctx @param {{x: number, y: number}[][]} geometry */
function trace(ctx, geometry) {
  ctx.beginPath();
  for (const points of geometry) points.forEach(({ x, y }, i) => (i ? ctx.lineTo(x, y) : ctx.moveTo(x, y)));
}

/** Draws areas, lines and points of one layer. @param {Style} style @param {boolean} isOutline */
function symbolizer(style, isOutline) {
  return {
    draw(ctx, geometry, zoom, feature) {
      const look = styleOf(style, feature.props[style.property ?? ""]);
      if (feature.geomType === 1) return drawPoints(ctx, geometry, look);
      trace(ctx, geometry);
      if (feature.geomType === 3 && !isOutline) {
        ctx.fillStyle = look.fill ?? PLAIN.fill;
        ctx.fill();
      }
      const isLine = feature.geomType === 2;
      ctx.strokeStyle = isOutline ? "#1a1a1c" : (look.stroke ?? look.fill ?? PLAIN.stroke);
      ctx.lineWidth = isLine ? 3 : 1.2;
      ctx.lineJoin = "round";
      ctx.setLineDash((look.dash ?? "").split(/[ ,]+/).filter(Boolean).map(Number));
      ctx.stroke();
      ctx.setLineDash([]);
    },
  };
}

function drawPoints(ctx, geometry, look) {
  for (const [point] of geometry) {
    ctx.beginPath();
    ctx.arc(point.x, point.y, POINT_RADIUS, 0, 2 * Math.PI);
    ctx.fillStyle = look.fill ?? PLAIN.fill;
    ctx.fill();
    ctx.strokeStyle = "#ffffff";
    ctx.lineWidth = 1.5;
    ctx.stroke();
  }
}

export class Overlays {
  /**
   * @param {any} leaflet a Leaflet map
   * @param {any[]} layers as the project's API gives them
   * @param {{outline?: boolean}} [options] outline: areas as line work only, so that a fill below stays readable
   */
  constructor(leaflet, layers, { outline = false } = {}) {
    Object.assign(this, { leaflet, outline });
    this.layers = new Map(layers.map((layer) => [layer.id, layer]));
    this.shown = new Map();
    if (!leaflet.getPane("overlays")) leaflet.createPane("overlays").style.zIndex = "240";
  }

  /** @param {number} id @param {number} opacity 0..1 */
  show(id, opacity) {
    const layer = this.layers.get(id);
    if (!layer) return;
    const drawn = this.shown.get(id) ?? this.#draw(layer);
    drawn.setOpacity(opacity);
    this.shown.set(id, drawn);
  }

  /** @param {number} id */
  hide(id) {
    this.shown.get(id)?.remove();
    this.shown.delete(id);
  }

  /** Show exactly these. @param {Map<number, number>} wanted opacity by layer id */
  set(wanted) {
    for (const id of [...this.shown.keys()]) if (!wanted.has(id)) this.hide(id);
    for (const [id, opacity] of wanted) this.show(id, opacity);
  }

  /** Fill or line work for areas. @param {boolean} outline */
  setOutline(outline) {
    if (outline === this.outline) return;
    this.outline = outline;
    for (const [id, drawn] of [...this.shown]) {
      const { opacity } = drawn.options;
      this.hide(id);
      this.show(id, opacity);
    }
  }

  #draw({ id, slug, version, style }) {
    const isOutline = this.outline;
    const paint = { dataLayer: slug, symbolizer: symbolizer(style ?? {}, isOutline) };
    return window.protomapsL.leafletLayer({
      url: `/tiles/layers/${id}/{z}/{x}/{y}.mvt?v=${version}`,
      paintRules: [paint], labelRules: [], backgroundColor: "rgba(0,0,0,0)",
      maxDataZoom: 15, maxZoom: 19, pane: "overlays", attribution: "", lang: "ja",
    }).addTo(this.leaflet);
  }
}
