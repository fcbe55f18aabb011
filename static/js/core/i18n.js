/**
 * Words of the screen. The catalogue is a classic script (`/jsi18n/`) before the entry module; the
 * source strings are Japanese, so a missing catalogue still gives readable screens.
 */

/** @param {string} text @returns {string} */
export function gettext(text) {
  return globalThis.django?.gettext?.(text) ?? text;
}

/** @param {string} one @param {string} many @param {number} count @returns {string} */
export function ngettext(one, many, count) {
  return globalThis.django?.ngettext?.(one, many, count) ?? (count === 1 ? one : many);
}

/** Of a word with several meanings, the one of `context`. @param {string} context @param {string} text @returns {string} */
export function pgettext(context, text) {
  return globalThis.django?.pgettext?.(context, text) ?? text;
}

/**
 * Put named values into `%(name)s` places.
 * @param {string} text @param {Record<string, unknown>} values @returns {string}
 */
export function interpolate(text, values) {
  return text.replace(/%\((\w+)\)s/g, (whole, name) => String(values[name] ?? whole));
}

/** Language of the page, such as "ja". @returns {string} */
export function language() {
  return globalThis.document?.documentElement.lang || "ja";
}
