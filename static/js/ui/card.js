/** A voice as a card of the list, and what cards share with the opened voice. */
import { h, icon } from "../core/dom.js";
import { gettext } from "../core/i18n.js";
import { day, joined, number } from "../core/format.js";

/** Words, look and icon of what becomes of a voice. */
export const OUTCOMES = {
  received: { words: () => gettext("回答まち"), look: "", icon: "" },
  considering: { words: () => gettext("検討中"), look: "tag-considering", icon: "clock" },
  adopted: { words: () => gettext("採用"), look: "tag-adopted", icon: "check" },
  partly_adopted: { words: () => gettext("一部採用"), look: "tag-adopted", icon: "check" },
  done: { words: () => gettext("対応ずみ"), look: "tag-done", icon: "check" },
  not_adopted: { words: () => gettext("見送り"), look: "tag-plain", icon: "minus" },
  out_of_scope: { words: () => gettext("対象外"), look: "tag-plain", icon: "minus" },
};

/** A category's icon on its colour. @param {{icon: string, colour: string, ink: string}} look @param {string} [extra] */
export function tile(look, extra = "") {
  return h("span", { class: `tile ${extra}`.trim(), style: { "--tile": look.colour, "--tile-ink": look.ink } }, icon(look.icon));
}

/** @param {string} outcome @returns {HTMLElement} */
export function outcomeTag(outcome) {
  const known = OUTCOMES[outcome] ?? OUTCOMES.received;
  if (!known.look) return h("span", { class: "meta" }, known.words());
  return h("span", { class: `tag ${known.look}` }, icon(known.icon), known.words());
}

/** The district of a stored "here" line. @param {any[]} here @returns {string} */
export function districtOf(here) {
  return here?.find(({ kind }) => kind === "district")?.text ?? here?.[0]?.text ?? "";
}

/**
 * @param {any} feature @param {(slug: string | null) => any} look
 * @param {(id: number) => void} onopen @returns {HTMLElement}
 */
export function card(feature, look, onopen) {
  const { category, text, language, here, created_at: created, support_count: supports, comment_count: replies, outcome, url, state } = feature.properties;
  const shown = look(category);
  const open = (event) => {
    if (event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    onopen(feature.id);
  };
  return h("li", { class: "voice-item", dataset: { id: feature.id } },
    h("a", { class: "card voice-card", href: url, onclick: open },
      h("span", { class: "voice-card-head" }, tile(shown),
        h("strong", null, shown.name || gettext("声")),
        h("span", { class: "meta" }, joined([districtOf(here), day(created)]))),
      h("span", { class: "voice-card-text", lang: language }, text || gettext("（ことばのない声）")),
      h("span", { class: "voice-card-foot" },
        h("span", { class: "voice-count" }, icon("heart", "icon-20"), h("span", { class: "visually-hidden" }, gettext("共感")), number(supports)),
        h("span", { class: "voice-count" }, icon("reply", "icon-20"), h("span", { class: "visually-hidden" }, gettext("返信")), number(replies)),
        h("span", { class: "voice-card-end" }, stateTag(state) ?? outcomeTag(outcome)))));
}

/** A tag for what the public doesn't see. @param {string} state @returns {HTMLElement | null} */
export function stateTag(state) {
  if (state === "waiting") return h("span", { class: "tag tag-waiting" }, icon("clock"), gettext("確認まち"));
  if (state === "hidden") return h("span", { class: "tag tag-plain" }, icon("eye-off"), gettext("非公開"));
  return null;
}
