/** What the page asks the server, each answer once: the same question gives the same promise. */
import { get } from "../core/api.js";

const KEPT = 60;

export class Data {
  /** @param {string} slug */
  constructor(slug) {
    this.base = `/api/v1/projects/${slug}/`;
    this.answers = new Map();
  }

  /** @param {string} url @param {Record<string, unknown>} query @returns {Promise<any>} */
  ask(url, query) {
    const key = `${url}?${new URLSearchParams(query)}`;
    if (!this.answers.has(key)) {
      if (this.answers.size > KEPT) this.answers.delete(this.answers.keys().next().value);
      const answer = get(url, query);
      answer.catch(() => this.answers.delete(key));
      this.answers.set(key, answer);
    }
    return this.answers.get(key);
  }

  /** Voices by district. */
  summary(by, basis, filters) {
    return this.ask(`${this.base}summary/`, { ...filters, by, basis });
  }

  /** Official classes against categories. */
  crosstab(rows, basis, filters) {
    return this.ask(`${this.base}crosstab/`, { ...filters, rows, basis });
  }

  /** Hexagons. */
  cells(zoom, filters) {
    return this.ask(`${this.base}cells/`, { ...filters, zoom });
  }

  /** All anchors, compact. */
  points(filters) {
    return this.ask(`${this.base}opinions/points/`, filters);
  }

  /** Voices to read. */
  voices(filters, order, limit) {
    return this.ask(`${this.base}opinions/`, { ...filters, order, limit });
  }

  /** Counts by week. */
  timeline(filters) {
    return this.ask(`${this.base}timeline/`, filters);
  }

  /** Outlines of a layer, simplified together. */
  async districts({ id, version }) {
    const url = `/api/v1/layers/${id}/features/`;
    const found = await this.ask(url, { geometry: "simple", limit: 1000, v: version });
    const features = [...found.features];
    for (let { next } = found; next; ) {
      const page = await this.ask(url, { geometry: "simple", limit: 1000, v: version, cursor: next });
      features.push(...page.features);
      next = page.next;
    }
    return { type: "FeatureCollection", features };
  }
}
