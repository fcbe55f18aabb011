/** Project cards in order of their distance; the place is asked for on a tap only, and stays here. */
import { findAll } from "../core/dom.js";
import { gettext } from "../core/i18n.js";

export class NearestFirst {
  /** @param {HTMLElement} button @param {HTMLElement} status @param {HTMLElement} cards */
  constructor(button, status, cards) {
    Object.assign(this, { button, status, cards });
  }

  start() {
    this.button.hidden = !("geolocation" in navigator) || this.cards.children.length < 3;
    this.button.addEventListener("click", () => this.#ask());
  }

  #ask() {
    const found = ({ coords }) => this.#sort(coords.longitude, coords.latitude);
    const failed = () => { this.status.textContent = gettext("現在地がわからないため、並べかえられませんでした。"); };
    navigator.geolocation.getCurrentPosition(found, failed, { maximumAge: 600000, timeout: 10000 });
  }

  #sort(lon, lat) {
    const squeeze = Math.cos((lat * Math.PI) / 180);
    const away = ({ dataset }) => Math.hypot((dataset.lon - lon) * squeeze, dataset.lat - lat);
    this.cards.append(...findAll(".home-card", this.cards).toSorted((a, b) => away(a) - away(b)));
    this.status.textContent = gettext("近い順に並べました。");
  }
}
