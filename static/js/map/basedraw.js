/** Painters of the base map's areas, lines and dots on a tile's canvas. */

/**
 * @typedef {{x: number, y: number}} XY
 * @typedef {{props: Record<string, unknown>, geomType: 1 | 2 | 3}} TileFeature
 * @typedef {(zoom: number, feature: TileFeature) => number} Measure
 */

/**
 * Put all rings or lines of a geometry into the canvas' path.
 * @param {CanvasRenderingContext2D} ctx
 * @param {XY[][]} geometry
 */
function trace(ctx, geometry) {
  ctx.beginPath();
  for (const points of geometry) {
    points.forEach((point, index) => {
      if (index === 0) ctx.moveTo(point.x, point.y);
      else ctx.lineTo(point.x, point.y);
    });
  }
}

/**
 * Fills areas, with an edge if one is given. Points of the same layer are left out.
 * @param {{fill: string | ((feature: TileFeature) => string), edge?: string, width?: Measure}} options
 */
export function area({ fill, edge, width }) {
  return {
    /** @param {CanvasRenderingContext2D} ctx @param {XY[][]} geometry @param {number} zoom @param {TileFeature} feature */
    draw(ctx, geometry, zoom, feature) {
      if (feature.geomType !== 3) return;
      trace(ctx, geometry);
      ctx.fillStyle = typeof fill === "string" ? fill : fill(feature);
      ctx.fill();
      if (edge && width) {
        ctx.strokeStyle = edge;
        ctx.lineWidth = width(zoom, feature);
        ctx.lineJoin = "round";
        ctx.stroke();
      }
    },
  };
}

/**
 * Strokes lines, and the outlines of areas.
 * @param {{color: string, width: Measure, dash?: number[], cap?: CanvasLineCap}} options
 */
export function line({ color, width, dash = [], cap = "butt" }) {
  return {
    /** @param {CanvasRenderingContext2D} ctx @param {XY[][]} geometry @param {number} zoom @param {TileFeature} feature */
    draw(ctx, geometry, zoom, feature) {
      if (feature.geomType === 1) return;
      trace(ctx, geometry);
      ctx.strokeStyle = color;
      ctx.lineWidth = width(zoom, feature);
      ctx.lineJoin = "round";
      ctx.lineCap = cap;
      ctx.setLineDash(dash);
      ctx.stroke();
      ctx.setLineDash([]);
    },
  };
}

/**
 * A small ring at each point.
 * @param {{fill: string, edge: string, radius: Measure}} options
 */
export function dot({ fill, edge, radius }) {
  return {
    /** @param {CanvasRenderingContext2D} ctx @param {XY[][]} geometry @param {number} zoom @param {TileFeature} feature */
    draw(ctx, geometry, zoom, feature) {
      if (feature.geomType !== 1) return;
      for (const [point] of geometry) {
        ctx.beginPath();
        ctx.arc(point.x, point.y, radius(zoom, feature), 0, 2 * Math.PI);
        ctx.fillStyle = fill;
        ctx.fill();
        ctx.strokeStyle = edge;
        ctx.lineWidth = 1.4;
        ctx.stroke();
      }
    },
  };
}
