/** The project's own questions on the write sheet. */
import { h } from "../core/dom.js";
import { joined } from "../core/format.js";
import { gettext, language } from "../core/i18n.js";

/** @param {Record<string, string> | string | undefined} texts @param {string} fallback */
function inLanguage(texts, fallback) {
  if (typeof texts === "string") return texts;
  return texts?.[language()] ?? texts?.[fallback] ?? Object.values(texts ?? {})[0] ?? "";
}

/** @param {any} choice @returns {{value: string, label: any}} */
const asChoice = (choice) => (typeof choice === "object" ? choice : { value: String(choice), label: String(choice) });

/**
 * @param {any} question @param {any} value @param {string} fallback language of the project
 * @param {(value: any) => void} onchange @returns {HTMLElement}
 */
function control(question, value, fallback, onchange) {
  const { name, type } = question;
  if (type === "choice" || type === "multiple") {
    const kind = type === "choice" ? "radio" : "checkbox";
    const fields = (question.choices ?? []).map(asChoice).map((choice) => h("label", { class: "chip" },
      h("input", { type: kind, name: `answer-${name}`, value: choice.value, checked: [value].flat().includes(choice.value) }),
      inLanguage(choice.label, fallback)));
    const box = h("div", { class: "chips chips-wrap" }, fields);
    box.addEventListener("change", () => {
      const chosen = [...box.querySelectorAll("input:checked")].map((input) => input.value);
      onchange(type === "choice" ? chosen[0] : chosen);
    });
    return box;
  }
  if (type === "scale") {
    const [low, high] = [question.minimum ?? 1, question.maximum ?? 5];
    const fields = Array.from({ length: high - low + 1 }, (_, i) => low + i).map((step) => h("label", { class: "chip" },
      h("input", { type: "radio", name: `answer-${name}`, value: String(step), checked: value === step }), step));
    const box = h("div", { class: "chips chips-wrap" }, fields);
    box.addEventListener("change", () => onchange(Number(box.querySelector("input:checked")?.value)));
    return box;
  }
  const field = h("input", { class: "input", type: type === "number" ? "number" : "text", id: `answer-${name}`, inputmode: type === "number" ? "decimal" : "text", value: value ?? "" });
  field.addEventListener("input", () => onchange(type === "number" && field.value !== "" ? Number(field.value) : field.value));
  return field;
}

/**
 * @param {any[]} questions @param {Record<string, any>} answers @param {string} fallback
 * @param {(answers: Record<string, any>) => void} onchange @returns {HTMLElement | null}
 */
export function questionFields(questions, answers, fallback, onchange) {
  if (!questions?.length) return null;
  const kept = { ...answers };
  const fields = questions.map((question) => {
    const label = inLanguage(question.label, fallback);
    const note = joined([question.required ? gettext("必須") : gettext("任意"), question.public ? gettext("声といっしょに公開") : gettext("職員だけが読みます")]);
    const set = (value) => {
      if (value === "" || value === undefined || (Array.isArray(value) && !value.length)) delete kept[question.name];
      else kept[question.name] = value;
      onchange({ ...kept });
    };
    return h("fieldset", { class: "field" }, h("legend", null, label, " ", h("span", { class: "meta" }, note)),
      control(question, kept[question.name], fallback, set));
  });
  return h("div", { class: "stack questions" }, fields);
}
