/** The steps of adding a voice, as bars with words. */
import { h } from "../core/dom.js";
import { gettext, interpolate } from "../core/i18n.js";

const STEPS = 2;

/** @param {number} now 1 or 2 @returns {HTMLElement} */
export function steps(now) {
  const bars = Array.from({ length: STEPS }, (_, i) => h("span", { class: `step${i + 1 === now ? " step-now" : ""}${i + 1 < now ? " step-past" : ""}` }));
  return h("span", { class: "steps" }, bars, h("span", { class: "meta" }, interpolate(gettext("%(all)sつのうち %(now)sつめ"), { all: STEPS, now })));
}
