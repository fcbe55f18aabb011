/** Voices to read beside the figures. */
import { h, icon } from "../core/dom.js";
import { day, joined, number } from "../core/format.js";
import { gettext, interpolate } from "../core/i18n.js";
import { NO_CATEGORY } from "../map/palette.js";

/** @param {any} feature @param {Map<string, any>} looks */
function voiceItem({ properties }, looks) {
  const look = looks.get(properties.category) ?? NO_CATEGORY;
  const text = properties.text || gettext("（ことばはありません）");
  return h("li", { class: "voice-item" },
    h("span", { class: "tile", style: { "--tile": look.colour, "--tile-ink": look.ink } }, icon(look.icon)),
    h("div", { class: "voice-item-body" },
      h("p", { class: "voice-item-text", lang: properties.language }, h("a", { href: properties.url }, text)),
      h("p", { class: "meta voice-item-facts" }, h("span", null, joined([properties.author, day(properties.created_at)])),
        h("span", null, icon("heart", "icon-16"), h("span", { class: "visually-hidden" }, gettext("共感")), number(properties.support_count)),
        h("span", null, icon("reply", "icon-16"), h("span", { class: "visually-hidden" }, gettext("返信")), number(properties.comment_count)),
        properties.note ? h("span", { class: "tag tag-sample" }, properties.note) : null)));
}

/**
 * @param {any} collection of the API @param {Map<string, any>} looks @param {any} project
 */
export function voiceList(collection, looks, project) {
  if (!collection?.features.length) return h("div", { class: "empty" }, icon("voice"), gettext("この条件にあう声はありません。"));
  const { features, numberMatched } = collection;
  const more = numberMatched > features.length
    ? h("p", { class: "meta" }, interpolate(gettext("%(total)s件のうち、共感の多い%(shown)s件"), { total: number(numberMatched), shown: number(features.length) }),
      " ", h("a", { href: `${project.url}${location.search}#view=list` }, gettext("すべて読む")))
    : null;
  return h("div", null, h("ul", { class: "voice-items" }, features.map((feature) => voiceItem(feature, looks))), more);
}
