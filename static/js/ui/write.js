/** Step two: say it, see how others will see it, send it. */
import { fill, find, findAll, h, icon } from "../core/dom.js";
import { debounce } from "../core/events.js";
import { gettext, interpolate, language } from "../core/i18n.js";
import { number } from "../core/format.js";
import { post } from "../core/api.js";
import { PublicPlace } from "../map/publicplace.js";
import { questionFields } from "./questions.js";
import { steps } from "./steps.js";
import { tile } from "./card.js";

const TRIES = [0, 1500, 4000, 8000];
const wait = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

export class WriteStep {
  /** @param {import("./adding.js").Adding} adding */
  constructor(adding) {
    Object.assign(this, { adding, page: adding.page, draft: adding.draft, isSending: false });
    this.keep = debounce(() => this.#saved(adding.save()), 150);
  }

  enter() {
    const { page, draft } = this;
    this.#build();
    page.sheet.show("write", { body: this.body, foot: this.foot, height: "full", steps: ["full"], label: gettext("声を書く") });
    this.place.show(this.adding.drawing.geometry(), this.#look);
    this.#askPreview();
    this.#count();
    if (draft.saved_at) this.#saved(true);
    this.text.focus({ preventScroll: true });
    this.text.setSelectionRange(this.text.value.length, this.text.value.length);
  }

  leave() {
    this.place.remove();
  }

  get #look() {
    return this.page.voices.look(this.draft.category || undefined);
  }

  #build() {
    const { project } = this.page;
    this.status = h("div", { class: "write-status", role: "status" });
    this.place = new PublicPlace(this.page);
    this.body = h("form", { class: "write", id: "write-form", novalidate: true, onsubmit: (event) => this.#submit(event) },
      h("div", { class: "sheet-head" },
        h("button", { class: "bar-button", type: "button", "aria-label": gettext("場所を直す"), onclick: () => this.adding.back() }, icon("back")),
        h("h2", null, gettext("声を書く")), steps(2)),
      this.#chips(project.categories), this.#textField(project.text_limit),
      questionFields(project.questions, this.draft.answers, this.page.project.language, (answers) => {
        this.draft.answers = answers;
        this.keep();
      }),
      h("h3", { class: "public-title" }, gettext("みんなには、こう見えます")), this.place.element);
    this.send = h("button", { class: "button button-main grow", type: "submit", id: "send" });
    this.send.setAttribute("form", "write-form");
    this.foot = h("div", null, this.status, h("div", { class: "write-send" },
      h("div", { class: "public-name" }, h("span", { class: "meta" }, gettext("公開名")), h("strong", null, this.page.me.name || gettext("自動でつきます"))), this.send));
    this.#sendWords();
  }

  #sendWords() {
    fill(this.send, this.isSending ? h("span", { class: "spinner" }) : icon("voice"), this.isSending ? gettext("送っています") : gettext("声をのせる"));
    this.send.setAttribute("aria-disabled", String(this.isSending));
  }

  /** Categories as chips; the text keeps the keyboard while one is chosen. */
  #chips(categories) {
    const chips = categories.map(({ slug, name }) => h("button", {
      class: "chip", type: "button", role: "radio", dataset: { slug }, "aria-checked": String(slug === this.draft.category),
      onpointerdown: (event) => event.preventDefault(), onclick: () => this.#choose(slug),
    }, tile(this.page.voices.look(slug)), name, icon("check", "when-on")));
    this.chips = h("div", { class: "chips chips-scroll", role: "radiogroup", "aria-label": gettext("なにについての声ですか"), hidden: !categories.length }, chips);
    this.chips.addEventListener("keydown", (event) => this.#arrow(event));
    this.chipError = h("p", { class: "error-text", role: "alert" });
    return h("div", { class: "write-chips" }, this.chips, this.chipError);
  }

  #arrow(event) {
    const change = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!change) return;
    event.preventDefault();
    const chips = findAll(".chip", this.chips);
    chips.at((chips.indexOf(document.activeElement) + change) % chips.length)?.focus();
  }

  #choose(slug) {
    this.draft.category = slug;
    for (const chip of findAll(".chip", this.chips)) chip.setAttribute("aria-checked", String(chip.dataset.slug === slug));
    find("[aria-checked=true]", this.chips)?.scrollIntoView({ block: "nearest", inline: "center", behavior: "smooth" });
    this.chipError.textContent = "";
    this.place.colour(this.#look);
    this.keep();
  }

  #textField(limit) {
    this.text = h("textarea", { class: "voice-text", id: "voice-text", rows: 4, "aria-label": gettext("あなたの声"), "aria-describedby": "voice-error",
      placeholder: gettext("ここで感じたこと、こうなるとよいと思うことを書いてください"), lang: language(), enterkeyhint: "enter",
      oninput: () => this.#typed() });
    this.text.value = this.draft.text;
    this.counter = h("span", { class: "figures" });
    this.saved = h("span", { class: "draft-state meta" });
    this.textError = h("p", { class: "error-text", id: "voice-error", role: "alert" });
    this.limit = limit;
    return h("div", null, h("div", { class: "voice-box" }, this.text, h("div", { class: "voice-box-foot" }, this.saved, this.counter)), this.textError);
  }

  #typed() {
    this.draft.text = this.text.value;
    this.textError.textContent = "";
    this.#count();
    this.keep();
  }

  #count() {
    const used = [...this.text.value].length;
    this.counter.classList.toggle("is-over", used > this.limit);
    fill(this.counter, h("strong", null, number(used)), ` / ${number(this.limit)}`);
  }

  #saved(isKept) {
    fill(this.saved, isKept ? [icon("check", "icon-16"), gettext("この端末に下書き保存ずみ")] : gettext("この端末には下書きを残せません"));
  }

  #feature() {
    const { client_id, manage_key, category, text, answers, context } = this.draft;
    const layers = this.page.layersPanel?.shownIds ?? [];
    const properties = { text: text.trim(), category: category || null, client_id, manage_key, answers, context: { ...context, layers }, language: language() };
    return { type: "Feature", geometry: this.adding.drawing.geometry(), properties };
  }

  async #askPreview() {
    try {
      const { geometry, properties: { category } } = this.#feature();
      const preview = await post(`${this.page.api}preview/`, { type: "Feature", geometry, properties: category ? { category } : {} });
      this.place.publish(preview, this.#look);
    } catch (error) {
      this.place.fail(error);
    }
  }

  /** What is missing, said at its place. @returns {boolean} */
  #isComplete() {
    const needsCategory = this.page.project.categories.length > 0 && !this.draft.category;
    this.chipError.textContent = needsCategory ? gettext("なにについての声か、ひとつ選んでください。") : "";
    const length = [...this.draft.text.trim()].length;
    this.textError.textContent = length === 0 ? gettext("ひとことでも書いてください。")
      : length > this.limit ? interpolate(gettext("%(over)s文字多いようです。短くしてください。"), { over: length - this.limit }) : "";
    this.text.setAttribute("aria-invalid", String(Boolean(this.textError.textContent)));
    if (needsCategory) this.chips.scrollIntoView({ block: "center" });
    else if (this.textError.textContent) this.text.focus();
    return !needsCategory && !this.textError.textContent;
  }

  async #submit(event) {
    event.preventDefault();
    if (this.isSending || !this.#isComplete()) return;
    this.adding.save();
    this.isSending = true;
    this.#sendWords();
    this.#say();
    try {
      const answer = await this.#deliver(this.#feature());
      this.adding.sent(answer);
    } catch (error) {
      this.#refused(error);
    }
  }

  /** Once, however often it is sent: the client_id was made with the draft. */
  async #deliver(feature) {
    for (const [i, pause] of TRIES.entries()) {
      if (pause) {
        this.#say(interpolate(gettext("電波を待っています（%(count)s回目）。閉じても、書いたものは残ります。"), { count: i + 1 }));
        await wait(pause);
      }
      try {
        return await post(`${this.page.api}opinions/`, feature);
      } catch (error) {
        const isPassing = error.isOffline || error.status >= 502;
        if (!isPassing || i === TRIES.length - 1) throw error;
      }
    }
    return null;
  }

  #refused(error) {
    this.isSending = false;
    this.#sendWords();
    this.send.append(error.isOffline ? gettext("（もう一度）") : "");
    const words = {
      0: gettext("電波がとどかず、まだ送れていません。書いたものはこの端末に残っています。"),
      409: gettext("この声は、前に送ったものがすでに届いています。直すときは、届いた声の編集リンクをお使いください。"),
      429: gettext("短い時間にたくさん送られています。しばらく待ってから、もう一度送ってください。書いたものは残っています。"),
    }[error.status];
    this.#say(words ?? error.message, true);
    if (error.code === "outside-area") this.place.fail(error);
  }

  /** @param {string} [words] @param {boolean} [isError] */
  #say(words = "", isError = false) {
    fill(this.status, words ? h("p", { class: `notice${isError ? " notice-error" : ""}` }, icon(isError ? "warning" : "clock"), h("span", null, words)) : null);
  }
}
