/** Right column for the whole project: key figures, and the cross table, ranking or voices. */
import { fill, h, icon } from "../core/dom.js";
import { number, percent } from "../core/format.js";
import { gettext, interpolate, ngettext, pgettext } from "../core/i18n.js";
import { crosstabTable, standoutSentence } from "./crosstab.js";
import { measureName, rankOf, measured, valueText } from "./measures.js";
import { voiceList } from "./voicelist.js";

export class Figures {
  /** @param {HTMLElement} root @param {import("./state.js").State} state @param {any} project @param {Map<string, any>} looks */
  constructor(root, state, project, looks) {
    Object.assign(this, { root, state, project, looks });
  }

  /** @param {{summary: any, table: any, rowsLayer: any, byLayer: any, choices: any[], voices: any}} found */
  show(found) {
    fill(this.root, this.#lead(found), this.#tabs(found), this.#body(found));
  }

  #lead({ summary, byLayer }) {
    const withVoices = summary.features.filter(({ count }) => count > 0).length;
    return h("div", { class: "figures-lead" },
      h("p", null, h("span", { class: "lead-label" }, gettext("公開中の声")),
        h("span", { class: "key-figure figures" }, number(summary.total)), " ", ngettext("件", "件", summary.total)),
      h("p", null, h("span", { class: "lead-label" }, interpolate(gettext("声のある%(layer)s"), { layer: byLayer.name })),
        h("span", { class: "second-figure figures" }, number(withVoices)), ` / ${number(summary.features.length)}`),
      h("p", null, h("span", { class: "lead-label" }, summary.outside.label),
        h("span", { class: "second-figure figures" }, number(summary.outside.count)), " ", ngettext("件", "件", summary.outside.count)));
  }

  #tabs({ rowsLayer }) {
    const tabs = [["crosstab", interpolate(gettext("%(layer)s × カテゴリ"), { layer: rowsLayer?.name ?? "" })], ["ranking", pgettext("tab", "順位")], ["voices", pgettext("tab", "声")]];
    const chosen = this.state.get("tab");
    return h("div", { class: "tabs figures-tabs", role: "tablist" }, tabs.map(([tab, label]) => h("button", {
      type: "button", role: "tab", id: `tab-${tab}`, "aria-selected": String(tab === chosen), onclick: () => this.state.set({ tab }),
    }, label)));
  }

  #body(found) {
    const tab = this.state.get("tab");
    if (tab === "ranking") return this.#ranking(found);
    if (tab === "voices") return voiceList(found.voices, this.looks, this.project);
    return this.#crosstab(found);
  }

  #crosstab({ table, rowsLayer, choices }) {
    if (!table) return h("div", { class: "empty" }, icon("table"), gettext("数える区域になるレイヤがありません。"));
    const show = this.state.get("show");
    const names = { count: gettext("件数"), share: gettext("割合 %"), chance: gettext("偶然との比") };
    const buttons = Object.entries(names).map(([one, name]) => h("button", {
      type: "button", "aria-pressed": String(one === show), onclick: () => this.state.set({ show: one }) }, name));
    const select = h("select", { class: "input select-small", "aria-label": gettext("行にするレイヤ"), onchange: () =>
      this.state.set({ rows: select.value }) }, choices.map(({ value, label }) => h("option", { value, selected: value === this.state.get("rows") }, label)));
    return h("div", { class: "crosstab-panel" },
      h("div", { class: "crosstab-tools" }, h("div", { class: "switch switch-small", role: "group", "aria-label": gettext("何であらわすか") }, buttons), select),
      crosstabTable(table, this.looks, show, rowsLayer.name),
      this.#notes(table, rowsLayer, show), standoutSentence(table, this.looks));
  }

  #notes(table, rowsLayer, show) {
    const notes = [interpolate(gettext("「%(outside)s」＝どの区域にも入らない場所の声。"), { outside: table.outside.label })];
    if (show !== "count") notes.push(gettext("10件未満の行は件数だけを示します。"));
    if (show === "chance") notes.push(gettext("×1 は、場所と関係なく声が散らばった場合と同じ割合です。"));
    if (!table.is_partition) notes.push(gettext("区域どうしが重なるため、合計は声の数を超えることがあります。"));
    notes.push(table.basis === "exact" ? gettext("描かれた位置で判定しています。") : gettext("公開の位置で判定しています。"));
    if (rowsLayer.note) notes.push(rowsLayer.note);
    return h("p", { class: "meta table-notes" }, notes.join(" "));
  }

  #ranking({ summary }) {
    const measure = this.state.get("measure");
    const category = this.state.get("share");
    const rows = [...summary.features].sort((a, b) => (measured(b, measure, category) ?? -1) - (measured(a, measure, category) ?? -1));
    const most = Math.max(...rows.map((row) => measured(row, measure, category) ?? 0), 1e-9);
    const line = (row) => h("tr", null,
      h("td", { class: "rank figures" }, measured(row, measure, category) ? String(rankOf(rows, row, measure)) : "–"),
      h("th", { scope: "row" }, h("button", { type: "button", class: "row-link", onclick: () => this.state.set({ district: String(row.id) }) }, row.name)),
      h("td", { style: { "--bar": ((measured(row, measure, category) ?? 0) / most).toFixed(3) } }, h("span", null, valueText(measured(row, measure, category), measure))),
      measure === "count" ? h("td", { class: "figures meta" }, summary.total ? percent(row.count / summary.total) : "–") : h("td", { class: "figures meta" }, number(row.count)));
    const name = measureName(measure, this.looks.get(category)?.name ?? "");
    const head = [gettext("順位"), gettext("区域"), name, measure === "count" ? gettext("全体に占める") : gettext("件数")];
    return h("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": gettext("順位") },
      h("table", { class: "figures-table ranking" }, h("thead", null, h("tr", null, head.map((one) => h("th", { scope: "col" }, one)))),
        h("tbody", null, rows.map(line))));
  }
}
