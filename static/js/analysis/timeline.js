/** When voices came: a bar a week; dragging over bars filters everything by those weeks. */
import { fill, h, s } from "../core/dom.js";
import { number } from "../core/format.js";
import { gettext, interpolate, language } from "../core/i18n.js";

const WIDTH = 560;
const HEIGHT = 46;
const DAY = 86400000;

/** Weeks without gaps: `{week, count, phase}`. @param {any[]} found */
export function everyWeek(found) {
  const byWeek = new Map();
  for (const { week, count, phase } of found) {
    const known = byWeek.get(week);
    byWeek.set(week, known ? { ...known, count: known.count + count } : { week, count, phase });
  }
  const weeks = [...byWeek.keys()].sort();
  if (!weeks.length) return [];
  const [first, last] = [Date.parse(weeks[0]), Date.parse(weeks.at(-1))];
  const all = [];
  for (let time = first; time <= last; time += 7 * DAY) {
    const week = new Date(time).toISOString().slice(0, 10);
    all.push(byWeek.get(week) ?? { week, count: 0, phase: all.at(-1)?.phase ?? "" });
  }
  return all;
}

export class Timeline {
  /** @param {HTMLElement} root @param {import("./state.js").State} state @param {any[]} phases */
  constructor(root, state, phases) {
    Object.assign(this, { root, state, phases, weeks: [] });
    this.titles = new Map(phases.map(({ kind, title }) => [kind, title]));
  }

  /** @param {{weeks: any[], total: number}} found @param {string} [place] name of the open district */
  show(found, place = "") {
    this.weeks = everyWeek(found.weeks);
    this.root.hidden = this.weeks.length < 2;
    if (this.root.hidden) return;
    const title = place ? interpolate(gettext("%(place)sにとどいた時期"), { place }) : gettext("とどいた時期");
    fill(this.root, h("div", { class: "time-head" }, h("h2", null, title), h("span", { class: "meta" }, gettext("週ごとの件数")), this.#phaseKeys(), this.#reset()), this.#chart());
  }

  #phaseKeys() {
    const kinds = [...new Set(this.weeks.map(({ phase }) => phase).filter(Boolean))];
    if (kinds.length < 2) return null;
    return h("span", { class: "time-keys" }, kinds.map((kind, i) =>
      h("span", { class: "time-key" }, h("span", { class: `time-swatch phase-tone-${i % 3}` }), this.titles.get(kind) ?? kind)));
  }

  #reset() {
    const isSet = this.state.get("from") || this.state.get("to");
    return isSet ? h("button", { type: "button", class: "text-button", onclick: () => this.state.set({ from: null, to: null }) }, gettext("期間を外す")) : null;
  }

  #chart() {
    const most = Math.max(...this.weeks.map(({ count }) => count), 1);
    const step = WIDTH / this.weeks.length;
    const kinds = [...new Set(this.weeks.map(({ phase }) => phase).filter(Boolean))];
    const bar = ({ week, count, phase }, i) => {
      const height = count ? Math.max((count / most) * HEIGHT, 1.5) : 0;
      return s("rect", { x: (i * step + step * 0.1).toFixed(2), y: (HEIGHT - height).toFixed(2), width: (step * 0.8).toFixed(2), height: height.toFixed(2),
        rx: Math.min(2, step * 0.3), class: `time-bar phase-tone-${Math.max(kinds.indexOf(phase), 0) % 3}` }, s("title", null, `${week} ${number(count)}`));
    };
    const brush = s("rect", { class: "time-brush", y: 0, height: HEIGHT, x: 0, width: 0 });
    const svg = s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT + 18}`, class: "time-chart", role: "img", "aria-label": this.#inWords() },
      s("line", { x1: 0, x2: WIDTH, y1: HEIGHT, y2: HEIGHT, class: "time-base" }), this.weeks.map(bar), this.#months(step), brush);
    this.#listen(svg, brush, step);
    return svg;
  }

  #inWords() {
    const most = this.weeks.reduce((best, one) => (one.count > best.count ? one : best));
    return interpolate(gettext("%(weeks)s週のうち、いちばん多いのは%(week)sの週の%(count)s件"), {
      weeks: this.weeks.length, week: most.week, count: number(most.count) });
  }

  #months(step) {
    const words = new Intl.DateTimeFormat(language(), { month: "short" });
    const years = new Intl.DateTimeFormat(language(), { year: "numeric", month: "short" });
    const starts = this.weeks.map(({ week }, i) => ({ week, i })).filter(({ week, i }) => i === 0 || week.slice(0, 7) !== this.weeks[i - 1].week.slice(0, 7));
    const every = Math.ceil(starts.length / 9);
    const isCrowded = starts.length > 1 && (starts[1].i - starts[0].i) * step < 28;
    return starts.slice(isCrowded ? 1 : 0).filter((_, n) => n % every === 0).map(({ week, i }, n) => s("text", { x: i * step, y: HEIGHT + 14, class: "time-month" },
      (n === 0 && this.weeks.length > 45 ? years : words).format(new Date(week))));
  }

  #listen(svg, brush, step) {
    let from = null;
    const weekAt = (event) => {
      const box = svg.getBoundingClientRect();
      const index = Math.floor(((event.clientX - box.left) / box.width) * this.weeks.length);
      return Math.min(Math.max(index, 0), this.weeks.length - 1);
    };
    const range = (event) => [from, weekAt(event)].sort((a, b) => a - b);
    svg.addEventListener("pointerdown", (event) => {
      from = weekAt(event);
      svg.setPointerCapture(event.pointerId);
    });
    svg.addEventListener("pointermove", (event) => {
      if (from === null) return;
      const [a, b] = range(event);
      brush.setAttribute("x", String(a * step));
      brush.setAttribute("width", String((b - a + 1) * step));
    });
    svg.addEventListener("pointerup", (event) => {
      if (from === null) return;
      const [a, b] = range(event);
      from = null;
      const last = new Date(Date.parse(this.weeks[b].week) + 6 * DAY).toISOString().slice(0, 10);
      this.state.set({ from: this.weeks[a].week, to: last });
    });
  }
}
