/**
 * The embedded base map: vector tiles of the project's own layers, drawn by `basestyle.js`, with a
 * scale bar and the credit. It asks nobody but the site itself, unless a setting names outside tiles.
 */

import { gettext } from "../core/i18n.js";
import { L } from "../core/leaflet.js";
import { PALETTES, labelRules, paintRules } from "./basestyle.js";

const OFF_KEY = "koemap-outside-tiles-off";
const DARK = "(prefers-color-scheme: dark)";

/**
 * @typedef {"light" | "dark" | "auto"} Theme "auto" follows the system, also while the page is open
 * @typedef {object} BasemapOptions made by the server (`basemap_options`), but for theme
 * @property {string} slug of the project
 * @property {string} version of the base map
 * @property {Theme} [theme]
 * @property {number} [maxDataZoom] last zoom that has tiles of its own
 * @property {"sea" | "land"} [surroundings] what the background stands for
 * @property {string} [language] of the project
 * @property {string} [credit] one line
 * @property {string[]} [credits] all lines
 * @property {{url: string, credit: string} | null} [outside] an outside base map
 * @typedef {(box: {minX: number, minY: number, maxX: number, maxY: number}, zoom: number) => boolean} Touches
 *   whether a mark stands in the box, in map pixels of the zoom
 */

/**
 * Draw the base map on a Leaflet map.
 * @param {any} map
 * @param {BasemapOptions} options
 * @returns {{setTheme: (theme: "light" | "dark") => void, setCredits: (credits: string[]) => void, keepClear: (touches: Touches) => void, remove: () => void}}
 */
export function addBasemap(map, options) {
  const media = window.matchMedia(DARK);
  /** @type {Touches} */
  let marks = () => false;
  const touches = (/** @type {any} */ box, /** @type {number} */ zoom) => marks(box, zoom);
  let layer = vectorLayer(options, themeNow(options, media), touches).addTo(map);
  paintBackground(map, options, themeNow(options, media));
  const credits = options.credits ?? (options.credit ? [options.credit] : []);
  // Leaflet puts later controls of a lower corner before earlier ones.
  const credit = creditControl(credits).addTo(map);
  const scale = L.control.scale({ imperial: false, maxWidth: 60 }).addTo(map);
  const outside = addOutside(map, options, credit, credits);

  /** @param {"light" | "dark"} theme */
  const setTheme = (theme) => {
    const next = vectorLayer(options, theme, touches).addTo(map);
    layer.remove();
    layer = next;
    paintBackground(map, options, theme);
  };
  const follow = () => setTheme(themeNow(options, media));
  if (isAutomatic(options)) media.addEventListener("change", follow);
  return {
    setTheme,
    setCredits: (lines) => credit.setCredits(lines),
    keepClear(wanted) {
      marks = wanted;
      layer.clearLayout();
      layer.rerenderTiles();
    },
    remove() {
      media.removeEventListener("change", follow);
      for (const part of [layer, scale, credit, outside]) part?.remove();
    },
  };
}

/**
 * @param {BasemapOptions} options
 * @returns {boolean}
 */
function isAutomatic(options) {
  return !options.theme || options.theme === "auto";
}

/**
 * @param {BasemapOptions} options
 * @param {MediaQueryList} media
 * @returns {"light" | "dark"}
 */
function themeNow(options, media) {
  if (options.theme === "light" || options.theme === "dark") return options.theme;
  return media.matches ? "dark" : "light";
}

/**
 * @param {BasemapOptions} options
 * @param {"light" | "dark"} theme
 * @returns {string} colour of what no layer covers
 */
function background(options, theme) {
  return options.surroundings === "land" ? PALETTES[theme].neighbour : PALETTES[theme].sea;
}

/**
 * @param {BasemapOptions} options
 * @param {"light" | "dark"} theme
 * @param {Touches} touches
 * @returns {any} a Leaflet grid layer
 */
function vectorLayer(options, theme, touches) {
  const palette = PALETTES[theme];
  const language = options.language ?? document.documentElement.lang ?? "ja";
  return window.protomapsL.leafletLayer({
    url: `/tiles/base/${options.slug}/${options.version}/{z}/{x}/{y}.mvt`,
    paintRules: paintRules(palette),
    labelRules: labelRules(palette, language).map((rule) => ({ ...rule, symbolizer: clearOf(rule.symbolizer, touches) })),
    backgroundColor: background(options, theme),
    lang: language,
    maxDataZoom: options.maxDataZoom ?? 15,
    maxZoom: 19,
    attribution: "",
    className: "basemap-tiles",
  });
}

/**
 * The same names, but none where a mark stands.
 * @param {any} symbolizer
 * @param {Touches} touches
 */
function clearOf(symbolizer, touches) {
  return {
    /** @param {any} layout @param {any} geometry @param {any} feature */
    place(layout, geometry, feature) {
      const { index, zoom } = layout;
      const bboxCollides = (/** @type {any} */ box, /** @type {number} */ order) => index.bboxCollides(box, order) || touches(box, zoom);
      return symbolizer.place({ ...layout, index: { bboxCollides } }, geometry, feature);
    },
  };
}

/**
 * Tiles that have not arrived yet have the colour of the ground, never a grey flash.
 * @param {any} map
 * @param {BasemapOptions} options
 * @param {"light" | "dark"} theme
 */
function paintBackground(map, options, theme) {
  map.getContainer().style.background = background(options, theme);
}

/**
 * The outside base map, if a setting names one and it worked so far in this visit.
 * @param {any} map
 * @param {BasemapOptions} options
 * @param {any} credit
 * @param {string[]} credits
 * @returns {any | null}
 */
function addOutside(map, options, credit, credits) {
  if (!options.outside || sessionStorage.getItem(OFF_KEY)) return null;
  const layer = L.tileLayer(options.outside.url, { maxZoom: 19, maxNativeZoom: 18, attribution: "" });
  credit.setCredits([options.outside.credit, ...credits]);
  layer.on("tileerror", () => {
    sessionStorage.setItem(OFF_KEY, "1");
    layer.remove();
    credit.setCredits(credits);
  });
  return layer.addTo(map);
}

/**
 * A credit as the map has room for: without the licence in brackets and what was done to it.
 * @param {string[]} credits
 * @returns {string}
 */
export function shortCredit(credits) {
  const first = (credits[0] ?? "")
    .replace(/[（(][^）)]*[）)]/gu, "")
    .replace("を加工して作成", "を加工")
    .replace(/, modified$/u, "")
    .trim();
  return credits.length > 1 ? `${first} ${gettext("ほか")}` : first;
}

/**
 * The short credit as a button; a tap opens every line.
 * @param {string[]} credits
 * @returns {any} a Leaflet control with `setCredits`
 */
function creditControl(credits) {
  const Credit = L.Control.extend({
    options: { position: "bottomleft" },
    onAdd() {
      const root = L.DomUtil.create("div", "basemap-credit");
      this.button = L.DomUtil.create("button", "basemap-credit-short", root);
      this.button.type = "button";
      this.list = L.DomUtil.create("ul", "basemap-credit-full", root);
      this.list.hidden = true;
      root.addEventListener("click", () => this.open(this.list.hidden));
      L.DomEvent.disableClickPropagation(root);
      this.root = root;
      return this.setCredits(credits).root;
    },
    /** @param {boolean} isOpen */
    open(isOpen) {
      this.list.hidden = !isOpen;
      this.button.setAttribute("aria-expanded", String(isOpen));
    },
    /** @param {string[]} lines */
    setCredits(lines) {
      this.button.textContent = shortCredit(lines);
      this.button.setAttribute("aria-label", gettext("地図の出典をすべて見る"));
      this.open(false);
      this.list.replaceChildren(
        ...lines.map((text) => Object.assign(document.createElement("li"), { textContent: text })),
      );
      this.root.toggleAttribute("hidden", lines.length === 0);
      return this;
    },
  });
  return new Credit();
}
