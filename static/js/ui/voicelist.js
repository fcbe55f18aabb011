/** List, filters and their chips: the same set as the map, in the address of the page. */
import { Events, debounce } from "../core/events.js";
import { byId, fill, find, findAll, h, icon } from "../core/dom.js";
import { gettext, interpolate, ngettext } from "../core/i18n.js";
import { day, joined, number, quoted } from "../core/format.js";
import { get } from "../core/api.js";
import { readFilters, writeFilters } from "../core/url.js";

const PAGE = 30;

export class VoiceList extends Events {
  /** @param {{project: any, api: string, look: (slug: string | null) => any}} options */
  constructor({ project, api, look }) {
    super();
    Object.assign(this, { project, api, look, next: null });
    this.filters = readFilters(location.search);
    this.followsMap = Boolean(this.filters.bbox);
    this.list = byId("voices");
    this.form = byId("filter-form");
    this.form.addEventListener("submit", (event) => this.#submit(event));
    this.form.addEventListener("change", debounce(() => this.#submit(), 50));
    byId("order").addEventListener("change", ({ target }) => this.change({ order: target.value === "new" ? "" : target.value }));
    byId("more").addEventListener("click", (event) => {
      event.preventDefault();
      this.#more();
    });
    for (const link of findAll("a.voice-card", this.list)) link.addEventListener("click", (event) => this.#openServed(event));
    this.#chips();
  }

  /** Filter without order, as all other doors understand it. */
  get query() {
    const { order, ...filters } = this.filters;
    return writeFilters(filters);
  }

  get categories() {
    return (this.filters.category ?? "").split(",").filter(Boolean);
  }

  #openServed(event) {
    if (event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    this.fire("open", Number(event.currentTarget.closest("[data-id]").dataset.id));
  }

  /** Set some filters and show what is left. @param {Record<string, string>} changes @param {boolean} [quietly] */
  change(changes, quietly = false) {
    const before = writeFilters(this.filters);
    Object.assign(this.filters, changes);
    for (const [name, value] of Object.entries(this.filters)) if (!value) delete this.filters[name];
    const search = writeFilters(this.filters);
    if (search === before) return;
    history[quietly ? "replaceState" : "pushState"](history.state, "", `${location.pathname}${search ? `?${search}` : ""}${location.hash}`);
    this.#fillForm();
    this.load();
  }

  /** The address changed by the back button. */
  readAddress() {
    const filters = readFilters(location.search);
    if (writeFilters(filters) === writeFilters(this.filters)) return;
    this.filters = filters;
    this.#fillForm();
    this.load();
  }

  /** @param {Event} [event] */
  #submit(event) {
    event?.preventDefault();
    const data = new FormData(this.form);
    const changes = {};
    for (const name of new Set(findAll("[name]", this.form).map((field) => field.name))) changes[name] = data.getAll(name).filter(Boolean).join(",");
    this.change(changes);
    if (event) this.form.closest("details").open = false;
  }

  #fillForm() {
    for (const field of findAll("[name]", this.form)) {
      const value = this.filters[field.name] ?? "";
      if (field.type === "checkbox") field.checked = value.split(",").includes(field.value);
      else field.value = value;
    }
    byId("order").value = this.filters.order || "new";
  }

  /** Points for the map; the list came with the page. */
  async start() {
    try {
      this.fire("points", await get(`${this.api}opinions/points/?${this.query}`));
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Fetch points for the map and the first page of the list. */
  async load() {
    this.#chips();
    this.list.setAttribute("aria-busy", "true");
    try {
      const [points, page] = await Promise.all([
        get(`${this.api}opinions/points/?${this.query}`),
        get(`${this.api}opinions/?${this.query}`, { limit: PAGE, order: this.filters.order }),
      ]);
      await this.#show(page, points.total);
      this.fire("points", points);
    } catch (error) {
      this.#fail(error);
    }
    this.list.removeAttribute("aria-busy");
  }

  async #show(page, total) {
    fill(this.list, await this.#cards(page.features));
    this.#paging(page.next);
    this.#count(total);
    byId("no-voices").hidden = total > 0;
    find("[data-filtered]", byId("no-voices"))?.toggleAttribute("hidden", !this.query);
  }

  /** @param {any[]} features @returns {Promise<HTMLElement[]>} */
  async #cards(features) {
    const { card } = await import("./card.js");
    return features.map((feature) => card(feature, this.look, (id) => this.fire("open", id)));
  }

  #count(total) {
    fill(byId("voice-count"), h("span", { class: "count" }, number(total)), ngettext("件", "件", total),
      this.query ? h("span", { class: "meta" }, interpolate(gettext("全%(count)s件のうち"), { count: number(this.project.voices) })) : null);
  }

  #fail(error) {
    fill(this.list, h("li", { class: "notice notice-error" }, icon("warning"), h("span", null, error.message)));
    byId("more").hidden = true;
  }

  #paging(next) {
    this.next = next;
    byId("more").hidden = !next;
  }

  async #more() {
    const page = await get(`${this.api}opinions/?${this.query}`, { limit: PAGE, order: this.filters.order, cursor: this.next });
    this.list.append(...await this.#cards(page.features));
    this.#paging(page.next);
  }

  /** Only what the map shows, following it. @param {any | null} bounds Leaflet bounds, null to stop */
  within(bounds) {
    this.followsMap = Boolean(bounds);
    const box = bounds && [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
    this.change({ bbox: box ? box.map((degree) => degree.toFixed(5)).join(",") : "" }, true);
  }

  /** Active filters as chips that a tap removes. */
  #chips() {
    const active = Object.entries(this.filters).filter(([name]) => !["order", "basis"].includes(name));
    const badge = byId("filter-count");
    badge.hidden = active.length === 0;
    badge.textContent = String(active.length);
    fill(byId("active-filters"), active.map(([name, value]) => {
      const words = this.#words(name, value);
      const label = interpolate(gettext("「%(words)s」の条件を外す"), { words });
      return h("button", { class: "chip chip-on", type: "button", "aria-label": label, onclick: () => this.#drop(name) }, words, icon("close", "icon-16"));
    }));
    byId("map-chip").hidden = this.followsMap;
  }

  #drop(name) {
    if (name === "bbox") this.within(null);
    else this.change({ [name]: "" });
  }

  /** @param {string} name @param {string} value @returns {string} */
  #words(name, value) {
    const first = value.split(",");
    const some = (words) => joined(first.map(words));
    const phase = (kind) => this.project.phases.find((one) => one.kind === kind || String(one.id) === kind)?.title ?? kind;
    const kinds = { pin: gettext("点"), line: gettext("線"), area: gettext("面") };
    const words = {
      category: () => some((slug) => this.look(slug).name || slug), outcome: () => some((key) => byId("outcome").querySelector(`option[value="${CSS.escape(key)}"]`)?.textContent ?? key),
      phase: () => some(phase), geometry: () => some((kind) => kinds[kind] ?? kind),
      from: () => interpolate(gettext("%(day)sから"), { day: day(value) }), to: () => interpolate(gettext("%(day)sまで"), { day: day(value) }),
      q: () => quoted(value), in: () => byId("in")?.querySelector(`option[value="${CSS.escape(value)}"]`)?.textContent ?? gettext("選んだ区域"),
      state: () => byId("state")?.selectedOptions[0]?.textContent ?? value, bbox: () => gettext("地図の範囲"), within: () => gettext("囲んだ範囲"),
    };
    return words[name]?.() ?? value;
  }
}
