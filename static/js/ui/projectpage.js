/** The project page: map, sheet, list and what they say to each other. */
import { byId, find, findAll } from "../core/dom.js";
import { debounce } from "../core/events.js";
import { gettext } from "../core/i18n.js";
import { readView, writeView } from "../core/url.js";
import { ProjectMap } from "../map/map.js";
import { Voices } from "../map/voices.js";
import { HereLine } from "./here.js";
import { Sheet } from "./sheet.js";
import { VoiceList } from "./voicelist.js";

export class ProjectPage {
  /** @param {{project: any, basemap: any, border: any, me: {name: string}}} data */
  constructor({ project, basemap, border, me }) {
    Object.assign(this, { project, basemap, me, api: `/api/v1/projects/${project.slug}/` });
    this.sheet = new Sheet(byId("sheet"));
    this.map = new ProjectMap(byId("map"), { project, basemap, border, insets: () => this.#insets() });
    this.voices = new Voices(this.map, { categories: project.categories, api: this.api });
    this.list = new VoiceList({ project, api: this.api, look: (slug) => this.voices.look(slug ?? undefined) });
    this.here = new HereLine(byId("here"), this.map, { api: this.api, isOpen: project.can.add_opinion });
    this.focusMark = this.map.addFocusMark("focus-mark");
    this.adding = null;
  }

  async start() {
    const { Drafts } = await import("../core/draft.js");
    this.drafts = new Drafts(this.project.slug);
    this.#listen();
    this.#place();
    this.showOwn();
    this.list.start();
    await this.#restore();
    // The tool is there before the finger is, also where the network is slow.
    if (this.project.can.add_opinion) (globalThis.requestIdleCallback ?? setTimeout)(() => this.#fetchTool());
    if (this.project.layers.some((layer) => layer.use === "overlay" && layer.is_shown)) await this.#layersPanel();
    this.#resume();
  }

  /** @returns {Promise<any>} the class that adds a voice */
  async #fetchTool() {
    const { Adding } = await import("./adding.js");
    return Adding;
  }

  /** What bars and sheet cover of the map. */
  #insets() {
    const { left, bottom } = this.sheet.covers;
    const top = this.sheet.isPanel ? 0 : 68;
    return { top, left, right: 0, bottom: Math.min(bottom, Math.round(innerHeight * 0.62)) };
  }

  #place() {
    const { map } = readView(location.hash);
    const [west, south, east, north] = this.project.bounds;
    if (map) this.map.moveTo([map.lat, map.lng], map.zoom, false);
    else this.map.fit([[south, west], [north, east]], { maxZoom: 16, animate: false });
    this.#covered();
  }

  /** Credit and scale stand above the sheet's edge, buttons too. */
  #covered() {
    const { bottom, left } = this.#insets();
    const { style } = document.documentElement;
    style.setProperty("--covered", `${bottom}px`);
    style.setProperty("--panel", `${left}px`);
    this.map.fire("insets");
  }

  #listen() {
    this.sheet.on("height", () => this.#covered());
    this.sheet.on("step", (height) => this.#stepped(height));
    this.list.on("points", (points) => this.voices.setPoints(points, { query: this.list.query, lit: this.list.categories }));
    this.list.on("open", (id) => this.open(id));
    this.voices.on("open", (id) => this.open(id));
    this.voices.on("own", (id) => this.open(id));
    this.voices.on("list", (stack) => this.#openStack(stack));
    this.map.on("settle", debounce(() => this.#moved(), 300));
    addEventListener("popstate", () => this.#restore());
    document.addEventListener("keydown", (event) => this.#escape(event));
    this.#buttons();
  }

  #buttons() {
    const click = (id, deed) => byId(id)?.addEventListener("click", deed);
    for (const button of findAll("[data-add]")) button.addEventListener("click", (event) => this.#add(event));
    click("open-list", (event) => this.#showTab(event, "list"));
    click("open-map", () => this.sheet.setHeight("peek"));
    click("tab-map", (event) => this.#showTab(event, "map"));
    click("tab-list", (event) => this.#showTab(event, "list"));
    click("tab-about", (event) => this.#showTab(event, "about"));
    click("title-bar", (event) => this.#showTab(event, "about"));
    click("map-chip", () => this.list.within(this.map.visibleBounds()));
    click("open-layers", () => this.go("layers"));
    click("zoom-in", () => this.map.zoomBy(1));
    click("zoom-out", () => this.map.zoomBy(-1));
    click("locate", () => this.locate());
    click("open-filters", () => find("summary", byId("filter-box")).click());
    for (const link of findAll("[data-close-sheet]")) link.addEventListener("click", () => this.sheet.setHeight("peek"));
  }

  async locate() {
    const { Locator } = await import("../map/locate.js");
    this.locator ??= new Locator(this.map);
    return this.locator.find();
  }

  /** @param {Event} event @param {"map" | "list" | "about"} tab */
  #showTab(event, tab) {
    event.preventDefault();
    if (tab === "map") return this.sheet.setHeight("peek");
    this.#selectTab(tab);
    this.sheet.setHeight("full");
    const tabs = byId("tabs");
    requestAnimationFrame(() => this.sheet.body.scrollTo({ top: tabs.offsetTop - this.sheet.body.offsetTop }));
    return undefined;
  }

  #selectTab(tab) {
    for (const name of ["list", "about"]) {
      byId(`panel-${name}`).hidden = name !== tab;
      byId(`tab-${name}`).setAttribute("aria-current", String(name === tab));
    }
  }

  #stepped(height) {
    this.focusMark.hidden = this.sheet.view !== "home";
    if (this.sheet.view !== "home") return;
    byId("open-list").hidden = height !== "peek" && !this.sheet.isPanel;
    byId("open-map").hidden = height === "peek" || this.sheet.isPanel;
    if (height === "peek") this.sheet.body.scrollTop = 0;
  }

  #moved() {
    if (this.list.followsMap && !this.adding) this.list.within(this.map.visibleBounds());
    if (this.adding) return;
    const view = readView(location.hash);
    const { lat, lng } = this.map.focus();
    history.replaceState(history.state, "", `#${writeView({ ...view, map: { zoom: this.map.zoom, lat, lng } })}`);
  }

  /** Open something in the sheet; the back button closes it. @param {string} view @param {number | null} [id] @param {object} [state] */
  go(view, id = null, state = {}) {
    const { map } = readView(location.hash);
    const address = `${location.pathname}${location.search}#${writeView({ view, id, map })}`;
    history.pushState({ ...state, opened: true }, "", address);
    return this.#restore();
  }

  /** @param {number} id */
  open(id) {
    return this.go("opinion", id);
  }

  /** @param {{ids: number[], box: number[]}} stack */
  #openStack({ ids, box }) {
    return this.go("stack", null, { ids: ids.slice(0, 5000), box });
  }

  /** Show something in the place of what is open. @param {string} view @param {number | null} [id] */
  replace(view, id = null) {
    const address = `${location.pathname}${location.search}#${writeView({ view, id, map: readView(location.hash).map })}`;
    history.replaceState(view === "home" ? null : { opened: true }, "", address);
    return this.#restore();
  }

  /** Close what is open: back where we came from inside the page, else to the map. */
  close() {
    if (history.state?.opened) history.back();
    else this.replace("home");
  }

  /** @param {KeyboardEvent} event */
  #escape(event) {
    if (event.key !== "Escape" || document.querySelector("dialog[open]") || this.adding) return;
    if (this.sheet.view !== "home") this.close();
    else this.sheet.setHeight("peek");
  }

  /** Show what the address says. */
  async #restore() {
    const { view, id } = readView(location.hash);
    this.list.readAddress();
    if (this.adding && !["add", "write", "sent"].includes(view)) this.adding.leave(false);
    this.voices.select(view === "opinion" ? id : null);
    if (view === "opinion") await (await this.#opinionView()).open(id);
    else if (view === "stack" && history.state?.ids) await (await import("./stack.js")).showStack(this, history.state);
    else if (view === "layers") await (await this.#layersPanel()).open();
    else if (view === "add" || view === "write") await this.#startAdding(view);
    else this.#home(view);
  }

  #home(view) {
    if (this.sheet.view !== "home") this.sheet.show("home");
    if (view === "list") this.#showTab(new Event("x"), "list");
  }

  async #opinionView() {
    const { OpinionView } = await import("./opinion.js");
    this.opinionView ??= new OpinionView(this);
    return this.opinionView;
  }

  async #layersPanel() {
    const { LayersPanel } = await import("./layers.js");
    this.layersPanel ??= new LayersPanel(this);
    return this.layersPanel;
  }

  closeButton() {
    const button = byId("close-template").content.firstElementChild.cloneNode(true);
    button.addEventListener("click", () => this.close());
    return button;
  }

  #add(event) {
    event?.preventDefault();
    return this.go("add");
  }

  /** @param {"add" | "write"} view the step that the address names */
  async #startAdding(view) {
    if (!this.project.can.add_opinion) return this.#home("home");
    const Adding = await this.#fetchTool();
    if (this.adding) return this.adding.stepTo(view);
    this.adding = new Adding(this);
    return this.adding.start();
  }

  /** The tool has gone; back to the map. */
  added() {
    this.adding = null;
  }

  /** A draft from another visit: offer to go on. (Within a visit the address goes on by itself.) */
  async #resume() {
    const draft = this.drafts.load();
    if (!draft || this.adding || !this.project.can.add_opinion) return;
    if (!draft.text && !draft.drawing?.vertices?.length) return;
    const { toast } = await import("./toast.js");
    toast(gettext("書きかけの声があります。"), { action: gettext("つづける"), onaction: () => this.go("add"), seconds: 12 });
  }

  /** Own voices that wait for the staff, from this device's copy. */
  showOwn() {
    this.voices.showWaiting(this.drafts.mine().filter(({ state }) => state === "waiting"));
  }
}
