/** Authored texts in several languages, as layers' styles carry them. */
import { language } from "../core/i18n.js";

/** @param {Record<string, string> | string | undefined} texts @returns {string} */
export function inLanguage(texts) {
  if (!texts || typeof texts === "string") return texts ?? "";
  return texts[language()] ?? texts[language().split("-")[0]] ?? texts.ja ?? Object.values(texts)[0] ?? "";
}
