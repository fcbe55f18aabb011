/** Dialogs on the platform's own <dialog>: focus is kept inside and given back. */
import { h } from "../core/dom.js";
import { gettext } from "../core/i18n.js";

/**
 * Show a dialog with a form; resolves with the form's data, or null when it was left.
 * @param {{title: string, body?: unknown[], confirm: string, kind?: string}} options
 * @returns {Promise<FormData | null>}
 */
export function ask({ title, body = [], confirm, kind = "button-teal" }) {
  const form = h("form", { method: "dialog" },
    h("h2", { id: "dialog-title" }, title),
    h("div", { class: "stack dialog-body" }, ...body),
    h("div", { class: "dialog-actions" },
      h("button", { class: "button", type: "button", onclick: () => dialog.close("") }, gettext("やめる")),
      h("button", { class: `button ${kind}`, type: "submit", value: "yes" }, confirm)));
  const dialog = h("dialog", { class: "dialog", "aria-labelledby": "dialog-title" }, form);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "yes" ? new FormData(form) : null);
      dialog.remove();
    });
  });
}
