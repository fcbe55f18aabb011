/** A voice opened in the sheet: text, place, support, replies, flag, share, the staff's decision. */
import { fill, find, findAll, h, icon } from "../core/dom.js";
import { gettext, interpolate } from "../core/i18n.js";
import { newId } from "../core/draft.js";
import { day, joined, number } from "../core/format.js";
import { get, post, remove } from "../core/api.js";
import { outcomeTag, stateTag, tile } from "./card.js";
import { ask } from "./dialog.js";
import { factLine } from "./here.js";
import { toast } from "./toast.js";

const REASONS = () => [
  ["personal", gettext("個人の情報がのっている")], ["rude", gettext("人を傷つける")], ["spam", gettext("宣伝・いたずら")],
  ["place", gettext("場所がちがう")], ["other", gettext("そのほか")],
];

export class OpinionView {
  /** @param {import("./projectpage.js").ProjectPage} page */
  constructor(page) {
    this.page = page;
  }

  /** @param {number} id */
  async open(id) {
    this.id = id;
    this.url = `${this.page.api}opinions/${id}/`;
    const height = this.page.sheet.view === "home" && this.page.sheet.height === "full" ? "full" : "half";
    this.#show(this.#skeleton(), null, height);
    try {
      this.feature = await get(this.url);
      if (this.id !== id) return;
      this.#show(this.#body(), this.#replyForm(), height);
      this.#bringIntoView();
      await this.#loadReplies();
    } catch (error) {
      this.#show(this.#failure(error), null, "half");
    }
  }

  #show(body, foot, height) {
    this.page.sheet.show("opinion", { body, foot, height, steps: ["half", "full"], label: gettext("声") });
  }

  #skeleton() {
    const bar = () => h("div", { class: "skeleton" });
    return h("div", { class: "stack", "aria-busy": "true" }, h("div", { class: "sheet-head" }, bar(), this.page.closeButton()), bar(), bar(), bar());
  }

  #failure(error) {
    const words = error.status === 410 ? gettext("この声は、書いた人が取り下げました。")
      : error.status === 404 ? gettext("この声は、いまは公開されていません。") : error.message;
    return h("div", null, h("div", { class: "sheet-head" }, h("h2", null, gettext("声")), this.page.closeButton()),
      h("div", { class: "empty" }, icon("voice"), h("p", null, words)));
  }

  #bringIntoView() {
    const { properties, geometry } = this.feature;
    const at = properties.anchor ?? geometry?.coordinates;
    if (at) this.page.map.moveTo([at[1], at[0]], Math.max(this.page.map.zoom, 15));
    this.page.voices.select(this.id);
  }

  get can() {
    return this.page.project.can;
  }

  #body() {
    const { text, language, author, created_at: created, here, note, outcome, state } = this.feature.properties;
    const look = this.page.voices.look(this.feature.properties.category);
    this.replyCount = h("span", { class: "figures" });
    this.replies = h("ol", { class: "reply-list", "aria-busy": "true" });
    this.title = h("h2", { tabindex: "-1" }, look.name || gettext("声"));
    return h("article", { class: "opinion", "aria-label": gettext("声") },
      h("div", { class: "sheet-head opinion-head" }, tile(look, "tile-40"),
        h("div", { class: "opinion-who" }, this.title, h("p", { class: "meta" }, joined([author, day(created)]))),
        h("button", { class: "bar-button", type: "button", "aria-label": gettext("リンクを共有"), onclick: () => this.#share() }, icon("share")),
        this.page.closeButton()),
      h("p", { class: "opinion-tags" }, stateTag(state), note ? h("span", { class: "tag tag-sample" }, note) : null, outcomeTag(outcome)),
      h("p", { class: "opinion-text", lang: language }, text || gettext("（ことばのない声）")),
      this.#answers(), here?.length ? h("p", { class: "opinion-place meta" }, icon("pin", "icon-20"), h("span", null, factLine(here.map((fact) => fact.text)))) : null,
      this.#actions(), this.#staff(),
      h("section", { class: "replies" }, h("h3", null, gettext("返信"), " ", this.replyCount),
        this.replies));
  }

  #answers() {
    const entries = Object.entries(this.feature.properties.answers ?? {});
    if (!entries.length) return null;
    const label = (name) => {
      const question = this.page.project.questions.find((one) => one.name === name);
      const texts = question?.label;
      return joined([texts?.[document.documentElement.lang] ?? Object.values(texts ?? {})[0] ?? name, !question?.public && gettext("職員だけが読みます")]);
    };
    return h("dl", { class: "answers" }, entries.map(([name, value]) => [h("dt", null, label(name)), h("dd", null, joined([value].flat()))]));
  }

  #actions() {
    this.support = h("button", { class: "button grow", type: "button", id: "support", onclick: () => this.#toggleSupport() });
    this.#supportWords();
    this.replyBadge = h("span", { class: "figures" }, number(this.feature.properties.comment_count));
    const reply = h("button", { class: "button grow", type: "button", onclick: () => find("#reply-text")?.focus() },
      icon("reply"), gettext("返信"), this.replyBadge);
    return h("div", { class: "opinion-actions" }, h("div", { class: "button-row" }, this.can.support ? this.support : null, this.can.comment ? reply : null),
      h("div", { class: "opinion-small" },
        h("a", { class: "text-button", href: this.feature.properties.url }, icon("link", "icon-20"), gettext("この声のページ")),
        this.can.flag ? h("button", { class: "text-button", type: "button", onclick: () => this.#flag(this.url) }, icon("flag", "icon-20"), gettext("通報")) : null));
  }

  #supportWords() {
    const { supported, support_count: count } = this.feature.properties;
    this.support.setAttribute("aria-pressed", String(Boolean(supported)));
    fill(this.support, icon(supported ? "heart-full" : "heart"), supported ? gettext("共感しました") : gettext("共感する"), h("span", { class: "figures" }, number(count)));
  }

  async #toggleSupport() {
    const { properties } = this.feature;
    this.support.disabled = true;
    try {
      const answer = properties.supported ? await remove(`${this.url}support/`) : await post(`${this.url}support/`);
      Object.assign(properties, { supported: answer.supported, support_count: answer.support_count });
    } catch (error) {
      toast(error.message);
    }
    this.support.disabled = false;
    this.#supportWords();
  }

  async #share() {
    const url = new URL(this.feature.properties.url, location.href).href;
    try {
      if (navigator.share) await navigator.share({ title: document.title, url });
      else {
        await navigator.clipboard.writeText(url);
        toast(gettext("リンクをコピーしました。"));
      }
    } catch (error) {
      if (error.name !== "AbortError") toast(url);
    }
  }

  /** Tell the staff that something is wrong. @param {string} url of the voice or the reply */
  async #flag(url) {
    const radios = REASONS().map(([value, words], i) => h("label", { class: "choice" }, h("input", { type: "radio", name: "reason", value, checked: i === 0 }), words));
    const note = h("label", { class: "field" }, h("span", { class: "label" }, gettext("くわしく（任意）")), h("textarea", { class: "input", name: "note", maxlength: "1000" }));
    const data = await ask({ title: gettext("担当者に知らせる"), body: [h("fieldset", null, h("legend", { class: "meta" }, gettext("どうしましたか")), radios), note], confirm: gettext("知らせる") });
    if (!data) return;
    try {
      await post(`${url}flag/`, { reason: data.get("reason"), note: data.get("note") });
      toast(gettext("担当者に知らせました。ありがとうございます。"));
    } catch (error) {
      toast(error.message);
    }
  }

  /** Hide and restore, each with a reason for the log. */
  #staff() {
    if (!this.can.moderate) return null;
    const verb = { hidden: "restore", waiting: "publish" }[this.feature.properties.state] ?? "hide";
    const words = verb === "hide" ? gettext("非公開にする") : gettext("公開する");
    return h("div", { class: "staff-box" }, h("span", { class: "meta" }, gettext("投稿管理")),
      h("button", { class: "button button-small", type: "button", id: "decide", onclick: () => this.#decide(verb, words) }, icon(verb === "hide" ? "eye-off" : "eye", "icon-20"), words));
  }

  async #decide(verb, words) {
    const reason = h("label", { class: "field" }, h("span", { class: "label" }, gettext("理由（記録に残ります）")), h("textarea", { class: "input", name: "reason", required: true }));
    const data = await ask({ title: words, body: [reason], confirm: words });
    if (!data) return;
    try {
      await post(`${this.url}${verb}/`, { reason: data.get("reason") });
      this.page.list.load();
      await this.open(this.id);
    } catch (error) {
      toast(error.message);
    }
  }

  async #loadReplies() {
    const { results, next } = await get(`${this.url}comments/`);
    fill(this.replies, results.map((reply) => this.#reply(reply)));
    this.replies.removeAttribute("aria-busy");
    this.replyCount.textContent = number(this.feature.properties.comment_count);
    if (next) this.#moreReplies(next);
  }

  #moreReplies(next) {
    const button = h("button", { class: "button button-small", type: "button" }, gettext("返信をもっと読む"));
    const row = h("li", null, button);
    button.addEventListener("click", async () => {
      const page = await get(`${this.url}comments/`, { cursor: next });
      row.remove();
      this.replies.append(...page.results.map((reply) => this.#reply(reply)));
      if (page.next) this.#moreReplies(page.next);
    });
    this.replies.append(row);
  }

  #reply({ id, text, author, organisation, created_at: created, language, state }) {
    const name = author;
    const face = organisation ? h("span", { class: "face face-official" }, icon("building", "icon-20")) : h("span", { class: "face", "aria-hidden": "true" }, (name || gettext("声")).slice(0, 1));
    return h("li", { class: `reply${organisation ? " reply-official" : ""}` }, face,
      h("div", { class: "reply-words" }, h("p", { class: "meta" }, joined([name, day(created)]), " ", stateTag(state)),
        h("p", { class: "reply-text", lang: language }, text),
        this.can.flag ? h("button", { class: "reply-flag", type: "button", "aria-label": gettext("この返信を通報"), onclick: () => this.#flag(`${this.url}comments/${id}/`) }, icon("flag", "icon-16")) : null));
  }

  #replyForm() {
    if (!this.can.comment) return null;
    const text = h("textarea", { class: "reply-input", id: "reply-text", rows: 1, "aria-label": gettext("返信を書く"), placeholder: gettext("返信を書く…"), required: true, oninput: ({ target }) => {
      target.style.height = "auto";
      target.style.height = `${Math.min(target.scrollHeight + 2, 160)}px`;
    } });
    const send = h("button", { class: "button button-teal button-icon", type: "submit", id: "send-reply", "aria-label": gettext("返信を送る") }, icon("up"));
    this.replyId = newId();
    return h("form", { class: "reply-form", onsubmit: (event) => this.#sendReply(event, text, send) }, text, send);
  }

  async #sendReply(event, text, send) {
    event.preventDefault();
    if (!text.value.trim()) return;
    send.disabled = true;
    try {
      const reply = await post(`${this.url}comments/`, { text: text.value.trim(), client_id: this.replyId, language: document.documentElement.lang });
      this.replyId = newId();
      text.value = "";
      this.replies.append(this.#reply(reply));
      const count = findAll(".reply", this.replies).length;
      for (const place of [this.replyCount, this.replyBadge]) place.textContent = number(count);
      this.replies.lastElementChild.scrollIntoView({ block: "nearest" });
      if (reply.state === "waiting") toast(gettext("担当者が確認してから公開されます。"));
    } catch (error) {
      toast(error.isOffline ? interpolate(gettext("%(reason)s 書いたものは残っています。"), { reason: error.message }) : error.message);
    }
    send.disabled = false;
  }
}
