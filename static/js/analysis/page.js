/** Holds the columns together: every change of the state asks once and shows everywhere. */
import { byId, fill, h, icon } from "../core/dom.js";
import { number } from "../core/format.js";
import { gettext, interpolate, ngettext } from "../core/i18n.js";
import { day, joined, quoted } from "../core/format.js";
import { ProjectMap } from "../map/map.js";
import { Overlays } from "../map/overlays.js";
import { palette } from "../map/palette.js";
import { toast } from "../ui/toast.js";
import { Controls } from "./controls.js";
import { Data } from "./data.js";
import { District } from "./district.js";
import { Figures } from "./figures.js";
import { aboutCounts, cellLegend, districtLegend, overlayLegend, showLegend } from "./legend.js";
import { State } from "./state.js";
import { Thematic } from "./thematic.js";
import { Timeline } from "./timeline.js";

const VOICES_SHOWN = 30;
const DISTRICT_CELL_STEP = -1;

/** What rows the cross table may have: zoning by its classes first. @param {any[]} groupings */
export function rowChoices(groupings) {
  const choice = (layer) => {
    const attribute = layer.style?.property;
    return { layer, value: attribute ? `${layer.id}:${attribute}` : String(layer.id), label: layer.name };
  };
  return [...groupings].sort((a, b) => Number(b.kind === "zoning") - Number(a.kind === "zoning")).map(choice);
}

/** Extent of a polygon or multipolygon. @param {any} geometry */
function boundsOf(geometry) {
  const places = geometry.coordinates.flat(geometry.type === "Polygon" ? 1 : 2);
  const range = (at) => [Math.min(...places.map((place) => place[at])), Math.max(...places.map((place) => place[at]))];
  return { lng: range(0), lat: range(1) };
}

/** Grouping layers, each once: those laid over the map before those that only draw its base. @param {any[]} layers */
export function groupingsOf(layers) {
  const ordered = [...layers].sort((a, b) => Number(b.use === "overlay") - Number(a.use === "overlay"));
  return ordered.filter((layer, i, all) => layer.is_grouping && all.findIndex(({ id }) => id === layer.id) === i);
}

export class AnalysisPage {
  /** @param {any} project @param {any} basemap */
  constructor(project, basemap) {
    this.project = project;
    this.looks = palette(project.categories);
    this.groupings = groupingsOf(project.layers);
    this.choices = rowChoices(this.groupings);
    this.state = new State(location.search, this.#suggestions());
    this.data = new Data(project.slug);
    this.map = new ProjectMap(byId("map"), { project, basemap, insets: () => this.#insets() });
    this.#startMap();
    this.thematic = new Thematic(this.map, project);
    this.overlays = new Overlays(this.map);
    // Line work of official layers stays readable over coloured districts and hexagons.
    this.map.leaflet.getPane("overlays").style.zIndex = "320";
    this.map.leaflet.getPane("overlays").style.pointerEvents = "none";
    this.controls = new Controls(byId("controls"), this.state, project, this.groupings);
    this.figures = new Figures(byId("figures"), this.state, project, this.looks);
    this.district = new District(byId("figures"), this.state, project, this.looks);
    this.timeline = new Timeline(byId("timeline"), this.state, project.phases);
    this.asked = 0;
    this.#listen();
    this.refresh();
  }

  #suggestions() {
    const zoning = this.project.layers.find(({ kind, use }) => kind === "zoning" && use === "overlay");
    return {
      by: this.groupings[0] ? String(this.groupings[0].id) : "",
      rows: this.choices[0]?.value ?? "",
      share: this.project.categories[0]?.slug ?? "",
      view: this.groupings.length ? "districts" : "cells",
      layers: zoning ? `${zoning.id}:0.8` : "",
    };
  }

  #insets() {
    const isWide = matchMedia("(min-width: 900px)").matches;
    return isWide ? { top: 56, right: 250, bottom: 140, left: 0 } : { top: 56, right: 8, bottom: 8, left: 8 };
  }

  #startMap() {
    const place = new URLSearchParams(location.hash.slice(1)).get("map")?.split("/").map(Number);
    if (place?.length === 3 && place.every(Number.isFinite)) this.map.leaflet.setView([place[1], place[2]], place[0], { animate: false });
    else this.map.fit(this.map.areaBounds, { animate: false });
    this.map.on("settle", () => {
      const { lat, lng } = this.map.leaflet.getCenter();
      history.replaceState(null, "", `${location.pathname}${location.search}#map=${this.map.zoom}/${lat.toFixed(5)}/${lng.toFixed(5)}`);
    });
    const zoom = (by, glyph, label) => h("button", { type: "button", "aria-label": label, onclick: () => this.map.zoomBy(by) }, icon(glyph));
    byId("map-buttons").append(zoom(1, "plus", gettext("大きくする")), zoom(-1, "minus", gettext("小さくする")),
      h("button", { type: "button", "aria-label": gettext("全体を見る"), onclick: () => this.map.fit(this.map.areaBounds) }, icon("home")));
  }

  #listen() {
    this.state.on("change", () => this.refresh());
    this.thematic.on("district", (id) => this.state.set({ district: String(id) }));
    this.thematic.on("voice", (id) => window.open(`${this.project.url}opinions/${id}/`, "_self"));
    this.map.leaflet.on("zoomend", () => this.#redrawCells());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.refresh());
    const share = byId("share");
    share.hidden = false;
    share.addEventListener("click", async () => {
      await navigator.clipboard?.writeText(location.href).catch(() => null);
      toast(gettext("この画面のアドレスをコピーしました。"));
    });
  }

  /** Ask for everything the state wants and show it, unless the state has moved on meanwhile. */
  async refresh() {
    const turn = ++this.asked;
    document.body.classList.add("is-loading");
    try {
      const found = await this.#ask();
      if (turn === this.asked) this.#show(found);
    } catch (error) {
      if (turn === this.asked) this.#complain(error);
    }
    if (turn === this.asked) document.body.classList.remove("is-loading");
  }

  get chosen() {
    const id = Number(this.state.get("district"));
    return Number.isInteger(id) && id > 0 ? id : null;
  }

  /** Filters with the basis, so that every figure speaks of the same places. */
  #asked() {
    const basis = this.state.get("basis");
    return basis === "exact" ? { ...this.state.filters(), basis } : this.state.filters();
  }

  async #ask() {
    const { state, data } = this;
    const [by, basis] = [state.get("by"), state.get("basis")];
    const filters = this.#asked();
    const byLayer = this.groupings.find(({ id }) => String(id) === by) ?? this.groupings[0];
    const inside = this.chosen && byLayer ? { ...filters, in: `${byLayer.id}:${this.chosen}` } : filters;
    const rows = this.choices.find(({ value }) => value === state.get("rows")) ?? this.choices[0];
    const wantsVoices = this.chosen || state.get("tab") === "voices";
    const [summary, table, timeline, outlines, voices] = await Promise.all([
      byLayer ? data.summary(byLayer.id, basis, filters) : null,
      rows && !this.chosen ? data.crosstab(rows.value, basis, filters) : null,
      data.timeline(inside),
      byLayer ? data.districts(byLayer) : null,
      wantsVoices ? data.voices(inside, "support", VOICES_SHOWN) : null,
    ]);
    const drawn = await this.#askMap(inside, filters, outlines);
    return { summary, table, timeline, outlines, voices, byLayer, rowsLayer: rows?.layer, choices: this.choices, ...drawn };
  }

  async #askMap(inside, filters, outlines) {
    const view = this.state.get("view");
    if (this.chosen) return { cells: await this.data.cells(this.#districtZoom(outlines), inside) };
    if (view === "cells") return { cells: await this.data.cells(this.#cellZoom(), filters) };
    if (view === "points" || view === "clusters") return { points: await this.data.points(filters) };
    return {};
  }

  /** Size of cells follows the map's zoom. */
  #cellZoom() {
    return Math.min(Math.max(Math.round(this.map.zoom), 8), 17);
  }

  /** Inside a district: a step coarser than the zoom at which it fills the map. @param {any} outlines */
  #districtZoom(outlines) {
    const feature = outlines.features.find(({ id }) => id === this.chosen);
    if (!feature) return this.#cellZoom();
    const { lat, lng } = boundsOf(feature.geometry);
    const zoom = this.map.leaflet.getBoundsZoom([[lat[0], lng[0]], [lat[1], lng[1]]]);
    return Math.min(Math.max(Math.round(zoom) + DISTRICT_CELL_STEP, 8), 18);
  }

  #redrawCells() {
    const isHexagons = this.state.get("view") === "cells" && !this.chosen;
    const zoom = this.#cellZoom();
    if (isHexagons && zoom !== this.drawnZoom) this.refresh();
    this.drawnZoom = zoom;
  }

  #show(found) {
    const { summary } = found;
    const row = this.chosen ? summary?.features.find(({ id }) => id === this.chosen) : null;
    this.#showMap(found, row);
    this.#showLegend(found, row);
    this.#showPill(found, row);
    this.timeline.show(found.timeline, row?.name);
    if (summary) {
      this.controls.showCounts(summary.categories);
      this.controls.allowPeople(summary.features.some(({ population }) => population));
      if (row) this.district.show({ ...found, row });
      else this.figures.show(found);
    }
    this.#linkDownloads();
    document.body.dataset.ready = String(this.asked);
  }

  #showMap(found, row) {
    const view = this.state.get("view");
    const isFilled = view === "districts" || view === "cells";
    this.overlays.set(this.#layersOn(), isFilled || Boolean(row));
    if (row) {
      this.thematic.districts(found.outlines, found.summary, "count", "", row.id);
      this.thematic.cells(found.cells, true);
    } else if (view === "cells") this.thematic.cells(found.cells);
    else if (view === "points") this.thematic.dots(found.points);
    else if (view === "clusters") this.thematic.clusters(found.points, this.state.filters());
    else if (found.summary) {
      this.thematic.districts(found.outlines, found.summary, this.state.get("measure"), this.state.get("share"), null);
    }
  }

  #layersOn() {
    const on = this.state.overlays();
    const layers = this.project.layers.filter(({ id, use }) => use === "overlay" && on.has(id));
    return layers.map((layer) => ({ ...layer, opacity: on.get(layer.id) }));
  }

  #showLegend({ summary, cells, points, byLayer }, row) {
    const total = row ? row.count : (summary?.total ?? cells?.total ?? points?.total ?? 0);
    const about = aboutCounts({ total, basis: points ? "public" : this.state.get("basis"), grid: this.project.grid_m,
      isPartition: this.state.get("view") === "districts" ? summary?.is_partition : undefined });
    const overlays = overlayLegend(this.#layersOn());
    const category = this.state.get("share");
    let parts = [about];
    if (cells) parts = cellLegend(cells, about, Boolean(row));
    else if (this.state.get("view") === "districts" && summary) {
      parts = districtLegend(summary, { layerName: byLayer.name, measure: this.state.get("measure"), category,
        categoryName: this.looks.get(category)?.name ?? "", about });
    }
    showLegend(byId("legend"), parts, overlays);
  }

  #showPill({ summary, points, cells }, row) {
    const count = row ? row.count : (summary?.total ?? points?.total ?? cells?.total ?? 0);
    const district = row ? h("button", { type: "button", class: "pill-filter", onclick: () => this.state.set({ district: null }) }, row.name, icon("close", "icon-16")) : null;
    fill(byId("pill"), h("strong", null, interpolate(ngettext("%(count)s件の声", "%(count)s件の声", count), { count: number(count) })),
      h("span", null, this.#filterWords()), district);
  }

  #filterWords() {
    const { state } = this;
    const names = state.get("category").split(",").filter(Boolean).map((slug) => this.looks.get(slug)?.name ?? slug);
    const [from, to] = [state.get("from"), state.get("to")];
    const dates = from || to ? interpolate(gettext("%(from)s〜%(to)s"), { from: from ? day(from) : "", to: to ? day(to) : "" }) : "";
    const words = state.get("q") ? quoted(state.get("q")) : "";
    return joined([dates, names.length ? joined(names) : gettext("すべてのカテゴリ"), words]);
  }

  #linkDownloads() {
    const filters = new URLSearchParams(this.#asked());
    if (this.chosen) filters.set("in", `${this.state.get("by")}:${this.chosen}`);
    for (const link of document.querySelectorAll("[data-export]")) {
      const query = new URLSearchParams(link.dataset.export);
      for (const [name, value] of filters) query.set(name, value);
      link.href = `/api/v1/projects/${this.project.slug}/export/?${query}`;
    }
  }

  #complain(error) {
    document.body.dataset.ready = "error";
    fill(byId("figures"), h("div", { class: "notice notice-error", role: "alert" }, icon("warning"),
      h("div", null, h("p", null, error.message), h("button", { type: "button", class: "text-button", onclick: () => this.refresh() }, gettext("もう一度ためす")))));
  }
}
