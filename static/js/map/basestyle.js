/**
 * How the base map looks: colours for light and dark, what is drawn in which order and width, which
 * names are written where. The one style file; `baselabels.js` and `basemap.js` only carry it out.
 */

import { area, dot, line } from "./basedraw.js";
import { badge, name } from "./baselabels.js";

/** @typedef {import("./basedraw.js").TileFeature} TileFeature */

const FAMILY =
  '"Noto Sans JP", "Noto Sans CJK JP", "Hiragino Sans", "Yu Gothic UI", Meiryo, system-ui, sans-serif';

/** @type {Record<"light" | "dark", Record<string, string>>} */
export const PALETTES = {
  light: {
    sea: "#DCE9EF",
    shore: "#EAF2F5",
    coast: "#C3D5DD",
    neighbour: "#E9E7E1",
    neighbourEdge: "#DBD7CE",
    land: "#F3F1EC",
    landEdge: "#CFCABE",
    zoneEdge: "#FBFAF7",
    shop: "#F3E4DF",
    localShop: "#F5EADF",
    mixed: "#ECE9EE",
    industry: "#E7E6EC",
    lowHomes: "#F2F3E6",
    midHomes: "#F1F2E8",
    publicUse: "#EDEAE6",
    openSpace: "#E6EFDE",
    park: "#DDEBD3",
    parkEdge: "#CCDFBF",
    water: "#DCE9EF",
    waterEdge: "#C9DBE3",
    road: "#FFFFFF",
    roadCasing: "#DEDAD1",
    bus: "#9DB4BB",
    stop: "#7F9AA3",
    walk: "#C2BAA8",
    district: "#BDB7AA",
    placeText: "#5C5F62",
    districtText: "#6A6963",
    parkText: "#44703D",
    parkDot: "#7FAE74",
    seaText: "#3F6F86",
    school: "#8A7B5C",
    station: "#5C5F62",
    badgeText: "#FFFFFF",
    facility: "#77797C",
    halo: "rgba(250, 250, 247, 0.92)",
  },
  dark: {
    sea: "#0E1D25",
    shore: "#132630",
    coast: "#2B3D46",
    neighbour: "#1B2022",
    neighbourEdge: "#2A3033",
    land: "#22272A",
    landEdge: "#3C4347",
    zoneEdge: "#2A3033",
    shop: "#2C2727",
    localShop: "#2B2826",
    mixed: "#27272D",
    industry: "#26262D",
    lowHomes: "#24292A",
    midHomes: "#23292A",
    publicUse: "#272A2E",
    openSpace: "#23302A",
    park: "#24382B",
    parkEdge: "#2E4736",
    water: "#0E1D25",
    waterEdge: "#1E323C",
    road: "#3A4145",
    roadCasing: "#191D1F",
    bus: "#4E6A73",
    stop: "#6D8A94",
    walk: "#596166",
    district: "#555C5F",
    placeText: "#B9BFC1",
    districtText: "#8E9699",
    parkText: "#8FBF86",
    parkDot: "#5E8F57",
    seaText: "#7FA6B8",
    school: "#97A58B",
    station: "#AEB5B8",
    badgeText: "#1A1E20",
    facility: "#9AA1A4",
    halo: "rgba(26, 30, 32, 0.92)",
  },
};

/** Land-use words and codes, the telling ones first; what fits none has the colour of the land. */
const TONES = /** @type {[RegExp, string][]} */ ([
  [/近隣商業/, "localShop"],
  [/商業/, "shop"],
  [/準工業/, "mixed"],
  [/工業/, "industry"],
  [/低層|田園住居/, "lowHomes"],
  [/中高層/, "midHomes"],
  [/\bPROS\b|park|open space|recreation/i, "openSpace"],
  [/\b(PROTECH|PDR)\b|industr|production/i, "industry"],
  [/\b(CHD|CMED)\b|(high|medium) density commercial|downtown/i, "shop"],
  [/\b(CMOD|CLD)\b|commercial|retail/i, "localShop"],
  [/\b(LPUB|FED|INST)\b|public|federal|institution/i, "publicUse"],
  [/\bRLD\b|low density/i, "lowHomes"],
  [/\bR(MED|HD)\b|(medium|high) density residential/i, "midHomes"],
]);

/**
 * The palette's name for a land-use class.
 * @param {unknown} value
 * @returns {string}
 */
export function zoningTone(value) {
  const found = TONES.find(([pattern]) => pattern.test(String(value ?? "")));
  return found ? found[1] : "land";
}

/**
 * A value at a zoom between stops [zoom, value], straight lines between them.
 * @param {[number, number][]} stops
 * @returns {(zoom: number) => number}
 */
export function ramp(...stops) {
  return (zoom) => {
    const after = stops.findIndex(([z]) => z >= zoom);
    if (after === 0) return stops[0][1];
    if (after === -1) return stops[stops.length - 1][1];
    const [z0, v0] = stops[after - 1];
    const [z1, v1] = stops[after];
    return v0 + ((v1 - v0) * (zoom - z0)) / (z1 - z0);
  };
}

const roadWidth = ramp([9, 0.7], [11, 1.4], [12, 2], [13, 3], [14, 4], [15, 6], [16, 8.4], [18, 15]);
const casing = ramp([10, 0.6], [12, 1.2], [14, 2], [16, 2.6]);

/** Main roads are rank 1; further ranks are thinner, and so are roads known from a bus line only. */
const RANKS = /** @type {Record<string, number>} */ ({ 2: 0.72, 3: 0.5 });

/** At zoom 0, in the middle latitudes where most people live: good enough for the width of a road. */
const METRES_PER_PIXEL = 125_000;

/**
 * @param {number} zoom
 * @param {TileFeature} feature
 * @param {string} layer "road" or "bus"
 * @returns {number} width of a road in CSS pixels
 */
function width(zoom, feature, layer) {
  const rank = layer === "bus" ? "3" : String(feature.props.rank);
  const drawn = roadWidth(zoom) * (RANKS[rank] ?? 1);
  const real = (Number(feature.props.width_m ?? 0) * 2 ** zoom) / METRES_PER_PIXEL;
  return Math.max(drawn, Math.min(real, drawn * 2));
}

/**
 * What is painted, from the ground up.
 * @param {Record<string, string>} c palette
 * @returns {object[]}
 */
export function paintRules(c) {
  /** @param {TileFeature} f */
  const zone = (f) => c[zoningTone(f.props.class)];
  return [
    { dataLayer: "neighbour", symbolizer: line({ color: c.shore, width: () => 9 }) },
    { dataLayer: "land", symbolizer: line({ color: c.shore, width: () => 9 }) },
    { dataLayer: "neighbour", symbolizer: line({ color: c.coast, width: () => 1.6 }) },
    { dataLayer: "land", symbolizer: line({ color: c.coast, width: () => 2.4 }) },
    { dataLayer: "neighbour", symbolizer: area({ fill: c.neighbour, edge: c.neighbourEdge, width: () => 1 }) },
    { dataLayer: "land", symbolizer: area({ fill: c.land }) },
    { dataLayer: "zoning", symbolizer: area({ fill: zone, edge: c.zoneEdge, width: ramp([11, 0.2], [13, 1], [15, 2], [17, 3.4]) }) },
    { dataLayer: "park", symbolizer: area({ fill: c.park, edge: c.parkEdge, width: () => 1 }) },
    { dataLayer: "water", symbolizer: area({ fill: c.water, edge: c.waterEdge, width: () => 1 }) },
    { dataLayer: "district", minzoom: 12, symbolizer: line({ color: c.district, width: () => 1.4, dash: [1.4, 3.4], cap: "round" }) },
    { dataLayer: "walk", symbolizer: line({ color: c.walk, width: () => 1.4, dash: [4, 3] }) },
    // Where a bus runs there is a road, also where the road data is silent.
    ...["bus", "road"].map((layer) => ({ dataLayer: layer, symbolizer: line({ color: c.roadCasing, width: (z, f) => width(z, f, layer) + casing(z), cap: "round" }) })),
    ...["bus", "road"].map((layer) => ({ dataLayer: layer, symbolizer: line({ color: c.road, width: (z, f) => width(z, f, layer), cap: "round" }) })),
    { dataLayer: "bus", minzoom: 12, symbolizer: line({ color: c.bus, width: ramp([12, 0.7], [14, 1.1], [16, 1.3]) }) },
    { dataLayer: "stop", minzoom: 15, symbolizer: dot({ fill: c.road, edge: c.stop, radius: ramp([15, 2.4], [17, 3.4]) }) },
  ];
}

/** Names that speak of water: where they are the first name of a place, it is one. */
const WATER_NAME = /(港|湾|海|灘)$|\b(River|Basin|Bay|Harbou?r|Creek|Channel|Lake|Pond)$/u;

/**
 * 0 water, 1 district, 2 town.
 * @param {TileFeature} feature
 * @returns {string}
 */
export function placeRank(feature) {
  const rank = String(feature.props.rank ?? "1");
  return rank === "1" && WATER_NAME.test(String(feature.props.name ?? "")) ? "0" : rank;
}

/**
 * Names of areas lose the word that all of them end in; the map is narrow.
 * @param {string} text
 * @returns {string}
 */
export function shortName(text) {
  return text.replace(/(自治会|町内会|自主防災会|公民館区)$/u, "") || text;
}

/**
 * Which names are written; earlier ones win where two would touch.
 * @param {Record<string, string>} c palette
 * @param {string} language of the project, for the signs in the badges
 * @returns {object[]}
 */
export function labelRules(c, language) {
  const base = { family: FAMILY, halo: c.halo };
  const isJapanese = language.startsWith("ja");
  /** @param {string} rank @returns {(zoom: number, f: TileFeature) => boolean} */
  const ranked = (rank) => (_zoom, f) => placeRank(f) === rank;
  const water = { ...base, size: () => 13.5, weight: 500, color: c.seaText, spacing: isJapanese ? 3 : 0.6, apart: 520 };
  const district = { ...base, size: ramp([11, 11], [15, 13.5]), weight: 700, room: ramp([10, 12], [13, 3]), color: c.districtText, spacing: isJapanese ? 1.6 : 0.4, text: shortName, apart: 300 };
  const town = { ...base, size: () => 12, color: c.districtText, spacing: isJapanese ? 1 : 0, apart: 240, room: ramp([14, 14], [16, 4]) };
  const park = { ...base, size: () => 12, color: c.parkText, dot: c.parkDot, apart: 240, room: ramp([14, 26], [15, 12], [16, 4]) };
  return [
    { dataLayer: "station", minzoom: 12, symbolizer: badge({ ...base, size: () => 12, weight: 700, color: c.placeText, box: c.station, sign: isJapanese ? "駅" : "train", ink: c.badgeText }) },
    { dataLayer: "neighbour_label", maxzoom: 13, symbolizer: name({ ...base, size: ramp([9, 11.5], [12, 13.5]), color: c.districtText, spacing: isJapanese ? 2.4 : 0.6, apart: 420 }) },
    { dataLayer: "water_label", symbolizer: name(water) },
    { dataLayer: "place_label", filter: ranked("0"), symbolizer: name(water) },
    { dataLayer: "school", minzoom: 15, symbolizer: badge({ ...base, size: () => 11.5, weight: 700, color: c.placeText, box: c.school, sign: isJapanese ? "文" : "cap", ink: c.badgeText, text: shortSchool }) },
    { dataLayer: "place_label", minzoom: 10, filter: ranked("1"), symbolizer: name(district) },
    { dataLayer: "place_label", minzoom: 14, filter: ranked("2"), symbolizer: name(town) },
    { dataLayer: "facility", minzoom: 15, symbolizer: name({ ...base, size: () => 12, color: c.placeText, dot: c.facility, room: ramp([15, 10], [17, 3]) }) },
    { dataLayer: "park_label", minzoom: 14, symbolizer: name(park) },
    { dataLayer: "parkname", minzoom: 14, symbolizer: name(park) },
    { dataLayer: "school", minzoom: 13, maxzoom: 14, symbolizer: badge({ ...base, size: () => 11, color: c.placeText, box: c.school, sign: isJapanese ? "文" : "cap", ink: c.badgeText, small: true, text: () => "" }) },
    { dataLayer: "stop", minzoom: 16, symbolizer: name({ ...base, size: () => 11, color: c.placeText, gap: 6, apart: 160 }) },
  ];
}

/**
 * 焼津東小学校 is 焼津東小 on the map.
 * @param {string} text
 * @returns {string}
 */
export function shortSchool(text) {
  return text.replace(/(小|中)学校$/u, "$1").replace(/高等学校$/u, "高");
}
