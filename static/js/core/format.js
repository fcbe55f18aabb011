/** Numbers, dates and measures as people read them. */
import { gettext, interpolate, language, ngettext } from "./i18n.js";

/** @param {number} value @param {number} [digits] @returns {string} */
export function number(value, digits = 0) {
  return new Intl.NumberFormat(language(), { maximumFractionDigits: digits }).format(value);
}

/** @param {number} share 0..1 @returns {string} */
export function percent(share) {
  return new Intl.NumberFormat(language(), { style: "percent", maximumFractionDigits: 0 }).format(share);
}

/** Day of a date, with the year only when it isn't this one. @param {string} iso @returns {string} */
export function day(iso) {
  const date = new Date(iso);
  const year = date.getFullYear() === new Date().getFullYear() ? undefined : "numeric";
  return new Intl.DateTimeFormat(language(), { year, month: "long", day: "numeric" }).format(date);
}

/** Day and time. @param {string} iso @returns {string} */
export function moment(iso) {
  return new Intl.DateTimeFormat(language(), { dateStyle: "medium", timeStyle: "short" }).format(new Date(iso));
}

/** How long ago, up to a week; then the day. @param {string} iso @param {number} [now] @returns {string} */
export function ago(iso, now = Date.now()) {
  const minutes = Math.round((new Date(iso).getTime() - now) / 60000);
  const words = new Intl.RelativeTimeFormat(language(), { numeric: "auto" });
  if (minutes > -60) return words.format(Math.min(minutes, 0), "minute");
  if (minutes > -60 * 24) return words.format(Math.round(minutes / 60), "hour");
  if (minutes > -60 * 24 * 7) return words.format(Math.round(minutes / 1440), "day");
  return day(iso);
}

/** A length: metres up to a kilometre. @param {number} metres @returns {string} */
export function length(metres) {
  if (metres < 1000) return `${number(roundTo(metres, metres < 100 ? 1 : 5))} m`;
  return `${number(metres / 1000, metres < 10000 ? 2 : 1)} km`;
}

/** An area: square metres up to 10 ha, then square kilometres. @param {number} squareMetres @returns {string} */
export function area(squareMetres) {
  if (squareMetres < 100000) return `${number(roundTo(squareMetres, squareMetres < 1000 ? 1 : 10))} m²`;
  return `${number(squareMetres / 1e6, 2)} km²`;
}

/** @param {number} value @param {number} step @returns {number} */
function roundTo(value, step) {
  return Math.round(value / step) * step;
}

/** @param {number} count @returns {string} such as 「214件」 */
export function voices(count) {
  return interpolate(ngettext("%(count)s件", "%(count)s件", count), { count: number(count) });
}

/** Short facts on one line; those that are empty stay out. @param {(string | undefined | false)[]} facts @returns {string} */
export function joined(facts) {
  return facts.filter(Boolean).join(gettext("・"));
}

/** A word as it was said. @param {string} words @returns {string} such as 「歩道」 */
export function quoted(words) {
  return interpolate(gettext("「%(words)s」"), { words });
}
