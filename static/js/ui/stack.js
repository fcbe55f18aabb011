/** Voices on one and the same place, as a list in the sheet. */
import { h } from "../core/dom.js";
import { gettext, interpolate, ngettext } from "../core/i18n.js";
import { get } from "../core/api.js";
import { card } from "./card.js";

const PAGE = 200;

/**
 * @param {import("./projectpage.js").ProjectPage} page
 * @param {{ids: number[], box: number[]}} stack what lies there, and west, south, east, north around it
 */
export async function showStack(page, { ids, box }) {
  const list = h("ul", { class: "voice-list", "aria-busy": "true" });
  const head = h("div", { class: "sheet-head" },
    h("h2", null, interpolate(ngettext("この場所の声 %(count)s件", "この場所の声 %(count)s件", ids.length), { count: ids.length })), page.closeButton());
  page.sheet.show("stack", { body: h("div", { class: "stack" }, head, list), height: "half", steps: ["half", "full"], label: gettext("この場所の声") });
  page.map.moveTo([(box[1] + box[3]) / 2, (box[0] + box[2]) / 2]);
  const wanted = new Set(ids);
  const filters = new URLSearchParams(page.list.query);
  filters.set("bbox", box.map((degree) => degree.toFixed(6)).join(","));
  let cursor = null;
  do {
    const found = await get(`${page.api}opinions/?${filters}`, { limit: PAGE, cursor });
    const here = found.features.filter(({ id }) => wanted.has(id));
    list.append(...here.map((feature) => card(feature, (slug) => page.voices.look(slug), (id) => page.open(id))));
    cursor = found.next;
  } while (cursor && list.isConnected);
  list.removeAttribute("aria-busy");
}
