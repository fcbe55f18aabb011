/** Short messages at the bottom edge, read out politely. */
import { byId, h } from "../core/dom.js";

/**
 * @param {string} text
 * @param {{action?: string, onaction?: () => void, seconds?: number}} [options]
 */
export function toast(text, { action, onaction, seconds = 5 } = {}) {
  const place = byId("toasts");
  if (!place) return;
  const box = h("div", { class: "toast" }, h("span", null, text));
  if (action) box.append(h("button", { type: "button", onclick: () => { box.remove(); onaction?.(); } }, action));
  place.replaceChildren(box);
  setTimeout(() => box.remove(), seconds * 1000);
}
