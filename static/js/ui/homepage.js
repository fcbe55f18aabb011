/** The first screen: the living map behind a sheet with the other projects. */
import { get } from "../core/api.js";
import { byId, find } from "../core/dom.js";
import { L } from "../core/leaflet.js";
import { ProjectMap } from "../map/map.js";
import { Voices } from "../map/voices.js";
import { Bubbles } from "../map/bubbles.js";
import { NearestFirst } from "./nearest.js";
import { Sheet } from "./sheet.js";

/** About 20 metres, in degrees. */
const AROUND = 0.0002;
const DESK = "(min-width: 900px)";

export class HomePage {
  /** @param {{project: any, basemap: any, view: {centre: number[], zoom: number} | null, voices: any[]}} data */
  constructor({ project, basemap, view, voices }) {
    Object.assign(this, { project, view });
    this.sheet = new Sheet(byId("sheet"));
    this.map = new ProjectMap(byId("map"), { project, basemap, insets: () => this.#insets() });
    this.voices = new Voices(this.map, { categories: project.categories, api: `/api/v1/projects/${project.slug}/` });
    this.bubbles = new Bubbles(this.map, { voices, looks: (slug) => this.voices.look(slug), obstacles: () => this.#obstacles() });
    this.nearest = new NearestFirst(byId("near"), byId("near-status"), byId("cards"));
  }

  async start() {
    const { project } = this;
    this.sheet.setHeight("peek");
    this.#placeView();
    this.sheet.on("height", () => this.#lift());
    this.voices.on("open", (id) => location.assign(`${project.url}opinions/${id}/`));
    this.voices.on("list", ({ at }) => this.#openPlace(at));
    this.nearest.start();
    this.#lift();
    await this.#loadVoices();
    this.bubbles.start();
  }

  /** Other voices as pins and rings; the map is worth seeing without them too. */
  async #loadVoices() {
    try {
      const found = await get(`/api/v1/projects/${this.project.slug}/opinions/points/`);
      this.voices.setPoints(found, { query: undefined, lit: [] });
    } catch {
      this.map.container.dataset.points = "missing";
    }
  }

  #placeView() {
    if (this.view) {
      const [lng, lat] = this.view.centre;
      this.map.moveTo([lat, lng], this.view.zoom, false);
    } else {
      this.map.fit(this.map.areaBounds, { animate: false });
    }
  }

  /** Many voices at one place: the project's list of what is there. @param {{lat: number, lng: number}} at */
  #openPlace({ lat, lng }) {
    const around = [lng - AROUND, lat - AROUND, lng + AROUND, lat + AROUND].map((degree) => degree.toFixed(5));
    location.assign(`${this.project.url}?bbox=${around.join(",")}#view=list`);
  }

  get #isDesk() {
    return matchMedia(DESK).matches;
  }

  #insets() {
    if (this.#isDesk) return { top: 8, right: 8, bottom: 8, left: 8 };
    const header = find(".site-header").getBoundingClientRect();
    return { top: header.bottom, right: 0, bottom: this.sheet.element.offsetHeight, left: 0 };
  }

  /** What floats over the map and may not be covered, in its pixels. */
  #obstacles() {
    const { left, top } = this.map.container.getBoundingClientRect();
    const floating = [this.#isDesk ? byId("hero") : find(".site-header"), find(".leaflet-bottom.leaflet-left", this.map.container)];
    return floating.filter(Boolean).map((element) => {
      const box = element.getBoundingClientRect();
      return { left: box.left - left, top: box.top - top, right: box.right - left, bottom: box.bottom - top };
    });
  }

  /** Scale bar and credit stay above the sheet. */
  #lift() {
    const bottom = this.#isDesk ? 0 : this.sheet.element.offsetHeight;
    if (this.sheet.height === "peek") document.documentElement.style.setProperty("--covered", `${bottom}px`);
    L.Util.requestAnimFrame(() => this.map.fire("insets"));
  }
}
