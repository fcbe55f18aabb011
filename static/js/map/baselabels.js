/**
 * Names on the base map: each looks for a side of its point where it touches no name that came
 * before it, and stays away when there is none. Implements protomaps-leaflet's label symbolizer.
 */

/**
 * @typedef {import("./basedraw.js").XY} XY
 * @typedef {import("./basedraw.js").TileFeature} TileFeature
 * @typedef {{minX: number, minY: number, maxX: number, maxY: number}} Box
 * @typedef {{zoom: number, order: number, scratch: CanvasRenderingContext2D,
 *   index: {bboxCollides: (box: Box, order: number) => boolean}}} Layout
 * @typedef {{family: string, halo: string, size: (zoom: number) => number, weight?: number, color: string,
 *   spacing?: number, dot?: string, gap?: number, apart?: number, text?: (name: string) => string,
 *   room?: (zoom: number) => number}} NameOptions
 * @typedef {NameOptions & {box: string, sign: string, ink: string, small?: boolean}} BadgeOptions
 * @typedef {{lines: string[], width: number, height: number, leading: number, room: number}} Block
 */

const HALO_WIDTH = 3.2;
const PADDING = 3;
/** From the middle of an area to its name, where a mark stands in the middle and the area is wide. */
const ASIDE = 36;
const ASIDE_FROM_ZOOM = 15;
const LATIN_LINE = 16;

/**
 * Latin names break at spaces, names in two languages between them; Japanese is never broken.
 * @param {string} text
 * @returns {string[]}
 */
export function lines(text) {
  const parts = text.split(/\s*[/／\n]\s*/u).filter(Boolean);
  return parts.flatMap((part) => (/^[\u0020-\u024F]+$/u.test(part) ? wrapped(part) : [part]));
}

/**
 * @param {string} text
 * @returns {string[]} lines of about LATIN_LINE letters
 */
function wrapped(text) {
  /** @type {string[]} */
  const made = [];
  for (const word of text.trim().split(/\s+/u)) {
    const last = made[made.length - 1];
    if (last !== undefined && last.length + word.length < LATIN_LINE) made[made.length - 1] = `${last} ${word}`;
    else made.push(word);
  }
  return made;
}

/**
 * @param {NameOptions} options
 * @param {Layout} layout
 * @param {string} text
 * @returns {Block} size of the written name, in CSS pixels
 */
function measure(options, layout, text) {
  const size = options.size(layout.zoom);
  layout.scratch.font = font(options, layout.zoom);
  const written = lines(text);
  const spacing = options.spacing ?? 0;
  const widths = written.map((row) => layout.scratch.measureText(row).width + spacing * row.length);
  const leading = size * 1.25;
  const room = options.room?.(layout.zoom) ?? PADDING;
  return { lines: written, width: Math.max(0, ...widths), height: written.length * leading, leading, room };
}

/**
 * @param {NameOptions} options
 * @param {number} zoom
 * @returns {string} CSS font
 */
function font(options, zoom) {
  return `${options.weight ?? 400} ${options.size(zoom)}px ${options.family}`;
}

/**
 * Write a block with its halo; `left` and `top` are relative to the anchor.
 * @param {CanvasRenderingContext2D} ctx
 * @param {NameOptions} options
 * @param {number} zoom
 * @param {Block} block
 * @param {{left: number, top: number, align: CanvasTextAlign}} at
 */
function write(ctx, options, zoom, block, { left, top, align }) {
  ctx.font = font(options, zoom);
  ctx.textBaseline = "middle";
  ctx.textAlign = align;
  ctx.letterSpacing = `${options.spacing ?? 0}px`;
  ctx.lineJoin = "round";
  ctx.lineWidth = HALO_WIDTH;
  ctx.strokeStyle = options.halo;
  ctx.fillStyle = options.color;
  const x = { left, right: left + block.width, center: left + block.width / 2 }[align] ?? left;
  const middle = (/** @type {number} */ row) => top + (row + 0.5) * block.leading;
  // Every halo first, so that none eats into the line above it.
  for (const [row, text] of block.lines.entries()) ctx.strokeText(text, x, middle(row));
  for (const [row, text] of block.lines.entries()) ctx.fillText(text, x, middle(row));
  ctx.letterSpacing = "0px";
}

/**
 * Sides of a point where a block may stand, best first.
 * @param {Block} block
 * @param {number} gap between the point and the block
 * @returns {{left: number, top: number, align: CanvasTextAlign}[]}
 */
function sides(block, gap) {
  const { width, height } = block;
  return [
    { left: gap, top: -height / 2, align: "left" },
    { left: -gap - width, top: -height / 2, align: "right" },
    { left: -width / 2, top: gap, align: "center" },
    { left: -width / 2, top: -gap - height, align: "center" },
  ];
}

/**
 * The name of an area is as true a little aside: above, below, left and right of its middle.
 * @param {Block} block
 * @param {number} zoom
 * @returns {{left: number, top: number, align: CanvasTextAlign}[]}
 */
function middles({ width, height }, zoom) {
  const beside = width / 2 + ASIDE;
  const aside = [[0, -ASIDE], [0, ASIDE], [beside, 0], [-beside, 0]];
  const moves = [[0, 0], ...(zoom < ASIDE_FROM_ZOOM ? [] : aside)];
  return moves.map(([right, down]) => ({ left: right - width / 2, top: down - height / 2, align: "center" }));
}

/**
 * @param {XY} anchor
 * @param {Block} block
 * @param {{left: number, top: number}} at
 * @param {number} own half the side of what is drawn at the point itself, less than nothing for nothing
 * @returns {Box} everything the label covers, in map pixels
 */
function covered(anchor, block, at, own) {
  const { room } = block;
  return {
    minX: anchor.x + Math.min(at.left, -own) - room,
    minY: anchor.y + Math.min(at.top, -own) - room,
    maxX: anchor.x + Math.max(at.left + block.width, own) + room,
    maxY: anchor.y + Math.max(at.top + block.height, own) + room,
  };
}

/**
 * The label at the first free place, or none.
 * @param {Layout} layout
 * @param {XY} anchor
 * @param {Block} block
 * @param {{left: number, top: number, align: CanvasTextAlign}[]} places
 * @param {number} own
 * @param {{key: string, apart: number, draw: (ctx: CanvasRenderingContext2D, at: {left: number, top: number, align: CanvasTextAlign}) => void}} what
 */
function settle(layout, anchor, block, places, own, what) {
  for (const at of places) {
    const box = covered(anchor, block, at, own);
    if (!layout.index.bboxCollides(box, layout.order)) {
      return [
        {
          anchor,
          bboxes: [box],
          deduplicationKey: what.key,
          deduplicationDistance: what.apart,
          /** @param {CanvasRenderingContext2D} ctx */
          draw: (ctx) => what.draw(ctx, at),
        },
      ];
    }
  }
  return undefined;
}

/**
 * @param {TileFeature} feature
 * @param {NameOptions} options
 * @returns {string}
 */
function textOf(feature, options) {
  const given = String(feature.props.name ?? "");
  return options.text ? options.text(given) : given;
}

/**
 * A name alone in the middle, or beside a dot.
 * @param {NameOptions} options
 */
export function name(options) {
  return {
    /** @param {Layout} layout @param {XY[][]} geometry @param {TileFeature} feature */
    place(layout, geometry, feature) {
      const text = textOf(feature, options);
      if (!text) return undefined;
      const block = measure(options, layout, text);
      const beside = options.dot || options.gap;
      const places = beside ? sides(block, options.gap ?? 8) : middles(block, layout.zoom);
      const own = beside ? 0 : -Infinity;
      return settle(layout, geometry[0][0], block, places, options.dot ? 3 : own, {
        key: text,
        apart: options.apart ?? 120,
        draw(ctx, at) {
          if (options.dot) disc(ctx, options.dot, options.halo);
          write(ctx, options, layout.zoom, block, at);
        },
      });
    },
  };
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {string} color
 * @param {string} halo
 */
function disc(ctx, color, halo) {
  ctx.beginPath();
  ctx.arc(0, 0, 3, 0, 2 * Math.PI);
  ctx.fillStyle = color;
  ctx.strokeStyle = halo;
  ctx.lineWidth = 2;
  ctx.stroke();
  ctx.fill();
}

/**
 * A small box with a sign (one character, or a drawing by name) and the name beside it.
 * @param {BadgeOptions} options
 */
export function badge(options) {
  const side = options.small ? 11 : 15;
  return {
    /** @param {Layout} layout @param {XY[][]} geometry @param {TileFeature} feature */
    place(layout, geometry, feature) {
      const text = textOf(feature, options);
      const block = measure(options, layout, text);
      return settle(layout, geometry[0][0], block, sides(block, side / 2 + 3), side / 2, {
        key: text || `${options.sign}:${feature.props.name}`,
        apart: options.apart ?? 60,
        draw(ctx, at) {
          box(ctx, options, side);
          write(ctx, options, layout.zoom, block, at);
        },
      });
    },
  };
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {BadgeOptions} options
 * @param {number} side
 */
function box(ctx, options, side) {
  ctx.beginPath();
  ctx.roundRect(-side / 2, -side / 2, side, side, side * 0.26);
  ctx.strokeStyle = options.halo;
  ctx.lineWidth = 2;
  ctx.stroke();
  ctx.fillStyle = options.box;
  ctx.fill();
  ctx.fillStyle = options.ink;
  const drawing = SIGNS[options.sign];
  if (drawing) {
    ctx.fill(new Path2D(drawing));
    return;
  }
  ctx.font = `700 ${Math.round(side * 0.7)}px ${options.family}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillText(options.sign, 0, side * 0.05);
}

/** Signs for readers of other scripts, drawn around 0 0 within 11 by 11. */
const SIGNS = /** @type {Record<string, string>} */ ({
  cap: "M0-4 5-1.4 0 1.2-5-1.4ZM-3 .8 0 2.4 3 .8V3Q0 4.6-3 3Z",
  train: "M-3-4H3Q4-4 4-3V2Q4 3 3 3L4 4.4H-4L-3 3Q-4 3-4 2V-3Q-4-4-3-4ZM-2.6-2.6V-.2H2.6V-2.6Z",
});
