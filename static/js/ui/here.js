/** The "here" line: what the official layers know in the middle of the map, and voices nearby. */
import { Events, debounce } from "../core/events.js";
import { find, h, fill } from "../core/dom.js";
import { gettext, interpolate } from "../core/i18n.js";
import { length } from "../core/format.js";
import { get } from "../core/api.js";

const QUIET = 250;
export const NEARBY_METRES = 200;

/** The district first, the other facts on one line. @param {{kind: string, text: string}[]} facts */
export function sorted(facts) {
  const district = facts.find(({ kind }) => kind === "district");
  return { district: district?.text ?? "", others: facts.filter((fact) => fact !== district).map(({ text }) => text) };
}

/** Facts on one line that breaks between them, never inside one. @param {string[]} texts @returns {HTMLElement[]} */
export function factLine(texts) {
  return texts.map((text, i) => h("span", { class: "fact" }, i < texts.length - 1 ? `${text}\u00a0·` : text));
}

export class HereLine extends Events {
  /**
   * @param {HTMLElement} element @param {import("../map/map.js").ProjectMap} map
   * @param {{api: string, isOpen: boolean}} options whether voices can be added now
   */
  constructor(element, map, { api, isOpen }) {
    super();
    Object.assign(this, { element, map, api, isOpen, last: null });
    this.head = find(".here-district", element);
    this.facts = find(".here-facts", element);
    this.controller = null;
    const ask = debounce(() => this.ask(), QUIET);
    map.on("move", () => element.classList.add("is-loading"));
    map.on("settle", () => {
      element.classList.add("is-loading");
      ask();
    });
  }

  async ask() {
    this.controller?.abort();
    this.controller = new AbortController();
    const { lng, lat } = this.map.focus();
    const query = { lon: lng.toFixed(6), lat: lat.toFixed(6), radius: NEARBY_METRES };
    try {
      const here = await get(`${this.api}here/`, query, { signal: this.controller.signal });
      this.last = here;
      this.#show(here);
      this.fire("here", here);
    } catch (error) {
      if (error.name !== "AbortError") this.#fail();
    }
  }

  #show(here) {
    this.element.classList.remove("is-loading");
    this.element.classList.toggle("is-outside", !here.inside);
    if (!here.inside) return this.#say(outsideWords(here.distance_m), []);
    const { district, others } = sorted(here.facts);
    const quiet = this.isOpen ? gettext("声をのせられる場所です") : gettext("この場所のほかの情報はありません");
    return this.#say(district || gettext("対象範囲の中"), others.length ? others : [quiet]);
  }

  #fail() {
    this.element.classList.remove("is-loading");
    this.#say(gettext("この場所のことを読みこめません"), [gettext("電波のよいところで、地図を少し動かしてください。")]);
  }

  #say(head, facts) {
    if (this.head.textContent !== head) this.head.textContent = head;
    fill(this.facts, factLine(facts));
  }
}

/** @param {number} metres @returns {string} */
export function outsideWords(metres) {
  return interpolate(gettext("対象範囲の外です（あと %(distance)s）"), { distance: length(metres) });
}
