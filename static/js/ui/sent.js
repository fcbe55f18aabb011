/** After sending: where it fell, who else spoke nearby, and the private link to change it. */
import { byId, h, icon } from "../core/dom.js";
import { gettext, interpolate, ngettext } from "../core/i18n.js";
import { number } from "../core/format.js";
import { readView, writeView } from "../core/url.js";
import { factLine, sorted } from "./here.js";
import { toast } from "./toast.js";

export class SentStep {
  /** @param {import("./adding.js").Adding} adding @param {any} answer @param {string} key */
  constructor(adding, answer, key) {
    Object.assign(this, { adding, page: adding.page, answer, link: `${location.origin}/voice/#${key}` });
  }

  enter() {
    const { page } = this;
    const { map } = readView(location.hash);
    history.replaceState({ opened: true, written: true }, "", `${location.pathname}${location.search}#${writeView({ view: "sent", id: null, map })}`);
    page.sheet.show("sent", { body: this.#body(), foot: this.#foot(), height: "auto", steps: ["auto"], label: gettext("声がのりました") });
    const place = this.answer.properties.anchor ?? this.answer.geometry.coordinates;
    page.map.moveTo([place[1], place[0]], Math.max(page.map.zoom, 16), false);
    this.title.focus({ preventScroll: true });
  }

  leave() {}

  get isWaiting() {
    return (this.answer.state ?? this.answer.properties.state) === "waiting";
  }

  #body() {
    const { here = [], nearby } = this.answer;
    const { district, others } = sorted(here);
    const count = nearby?.count ?? 0;
    const words = count ? interpolate(ngettext("200m以内で、ほかに%(count)s件の声があがっています。", "200m以内で、ほかに%(count)s件の声があがっています。", count), { count: number(count) })
      : gettext("このあたりでは、さいしょの声です。");
    this.title = h("h2", { tabindex: "-1", id: "sent-title" }, this.isWaiting ? gettext("声がとどきました") : gettext("声がのりました"));
    return h("div", { class: "stack sent" },
      h("div", { class: "sent-head" }, h("span", { class: "sent-mark" }, icon("check")), this.title),
      this.isWaiting ? h("p", null, gettext("担当者が確認してから、みんなに見えるようになります。それまでは、あなたの地図にだけ点線で見えます。")) : null,
      h("div", { class: "box" }, h("p", null, h("strong", null, district || gettext("対象範囲の中"))), h("p", { class: "here-facts" }, factLine(others)), h("p", null, words)),
      this.#privateLink());
  }

  #privateLink() {
    return h("div", { class: "card private-link" },
      h("p", null, h("strong", null, gettext("あなただけの編集リンク"))),
      h("p", { class: "meta" }, gettext("このリンクを知る人は、声を直したり取り下げたりできます。ほかの人には渡さないでください。")),
      h("div", { class: "link-row" },
        h("input", { class: "input", readOnly: true, value: this.link, id: "manage-link", "aria-label": gettext("編集リンク"), onfocus: (event) => event.target.select() }),
        h("button", { class: "button button-small", type: "button", id: "copy-link", onclick: () => this.#copy() }, icon("copy", "icon-20"), gettext("コピー"))));
  }

  async #copy() {
    const field = byId("manage-link");
    try {
      await navigator.clipboard.writeText(this.link);
    } catch {
      field.select();
      document.execCommand("copy");
    }
    toast(gettext("編集リンクをコピーしました。"));
  }

  #foot() {
    const see = h("button", { class: "button button-teal button-wide", type: "button", id: "see-mine", onclick: () => this.#see() }, icon("eye"), gettext("のせた声を見る"));
    return h("div", { class: "sent-foot" }, this.isWaiting ? null : see, h("div", { class: "button-row" },
      h("button", { class: "button grow", type: "button", id: "one-more", onclick: () => this.adding.again() }, icon("plus"), gettext("もう一つ")),
      h("button", { class: "button grow", type: "button", id: "close-sent", onclick: () => this.adding.leave() }, icon("map"), gettext("地図へ"))));
  }

  #see() {
    this.adding.leave(false);
    this.page.replace("opinion", this.answer.id);
  }
}
