/** The cross table: official classes (rows) against categories (columns), with bars behind figures. */
import { h, icon } from "../core/dom.js";
import { number } from "../core/format.js";
import { gettext, interpolate } from "../core/i18n.js";
import { NO_CATEGORY } from "../map/palette.js";

/** Rows with fewer voices show counts, not shares: a third of six people says nothing. */
const FEW = 10;
const STRIKING = 1 / 3;
const NAMED_COLUMNS = 6;

/** @param {any} row @param {string} column */
const cellOf = (row, column) => row.cells[column] ?? { voices: 0, weight: 0, expected: 0 };

/** Figure of a cell and the length of its bar (0..1). @param {any} row @param {string} column @param {string} show */
export function figureOf(row, column, show) {
  const { voices, weight, expected } = cellOf(row, column);
  const share = row.weight ? weight / row.weight : 0;
  if (show === "count" || row.voices < FEW) return { text: voices ? number(voices) : "–", bar: show === "count" ? share : 0, isStriking: false };
  if (show === "chance") {
    const ratio = expected ? weight / expected : 0;
    return { text: ratio ? `×${number(ratio, 1)}` : "–", bar: Math.min(ratio / 4, 1), isStriking: ratio >= 1.5 };
  }
  return { text: number(share * 100), bar: share, isStriking: share >= STRIKING };
}

function tile(look) {
  return h("span", { class: "tile", style: { "--tile": look.colour, "--tile-ink": look.ink } }, icon(look.icon));
}

/** Many columns leave room for icons only; names stay for readers by ear and as tooltips. */
function headCell(look, isNarrow) {
  const name = look.name || gettext("なし");
  return h("th", { scope: "col", title: name }, tile(look), h("span", { class: isNarrow ? "visually-hidden" : "column-name" }, name));
}

/** Long names of zones break before their last part, not inside a word. @param {string} name */
function rowName(name) {
  return name.split(/(?=専用地域$)/u).flatMap((part, i) => (i ? [h("wbr"), part] : [part]));
}

function bodyRow(row, columns, show, extra = "") {
  const cells = columns.map((column) => {
    const { text, bar, isStriking } = figureOf(row, column, show);
    return h("td", { class: isStriking ? "striking" : "", style: { "--bar": bar.toFixed(3) } }, h("span", null, text));
  });
  return h("tr", { class: extra }, h("th", { scope: "row" }, rowName(row.label)), h("td", { class: "row-total" }, number(row.voices)), cells);
}

/**
 * @param {any} table of the API @param {Map<string, any>} looks categories by slug
 * @param {string} show "count", "share" or "chance" @param {string} caption
 */
export function crosstabTable(table, looks, show, caption) {
  const look = (slug) => looks.get(slug) ?? NO_CATEGORY;
  const head = h("tr", null, h("th", { scope: "col" }, caption), h("th", { scope: "col" }, gettext("件数")), table.columns.map((slug) => headCell(look(slug), table.columns.length > NAMED_COLUMNS)));
  const outside = table.outside.voices ? bodyRow(table.outside, table.columns, show, "row-outside") : null;
  const rows = table.rows.filter(({ voices }) => voices > 0).map((row) => bodyRow(row, table.columns, show));
  const total = bodyRow({ ...table.total, label: gettext("全体") }, table.columns, show === "chance" ? "share" : show, "row-all");
  return h("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": caption },
    h("table", { class: "figures-table crosstab" }, h("caption", { class: "visually-hidden" }, caption),
      h("thead", null, head), h("tbody", null, rows, outside, total)));
}

/** The cell that stands out most from what chance would give; null when none does. */
export function standout(table) {
  const found = table.rows.flatMap((row) => table.columns.map((column) => ({ row, column, ...cellOf(row, column) })))
    .filter(({ voices, expected, weight, row }) => voices >= FEW && row.voices >= FEW && expected > 0 && weight / expected >= 1.5)
    .map((cell) => ({ ...cell, ratio: cell.weight / cell.expected }))
    .sort((a, b) => b.ratio - a.ratio);
  return found[0] ?? null;
}

/** One plain sentence under the table. @param {any} table @param {Map<string, any>} looks */
export function standoutSentence(table, looks) {
  const found = standout(table);
  if (!found) return null;
  const look = looks.get(found.column) ?? NO_CATEGORY;
  const text = interpolate(gettext("%(row)sでは「%(category)s」が、全体の割合の%(ratio)s倍あります（%(count)s件）。"), {
    row: found.row.label, category: look.name, ratio: number(found.ratio, 1), count: number(found.voices),
  });
  return h("p", { class: "box standout" }, tile(look), h("span", null, text));
}
