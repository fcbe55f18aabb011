/** The page behind a manage link: the key stays in the fragment and is posted for a short session. */
import { byId, fill, h, icon } from "./core/dom.js";
import { gettext } from "./core/i18n.js";
import { day, moment } from "./core/format.js";
import { Drafts, allMine } from "./core/draft.js";
import { get, patch, post, remove } from "./core/api.js";
import { ask } from "./ui/dialog.js";
import { toast } from "./ui/toast.js";
import { factLine } from "./ui/here.js";
import { stateTag } from "./ui/card.js";

/** The key in a link or in what was pasted. @param {string} text @returns {string} */
const keyIn = (text) => text.trim().split("#").pop() ?? "";

/** @param {string} words @param {boolean} [isError] */
function say(words, isError = false) {
  fill(byId("manage"), h("p", { class: `notice${isError ? " notice-error" : ""}` }, icon(isError ? "warning" : "clock"), h("span", null, words)));
}

/** Trade the key for a session, then show the voice. @param {string} key */
async function openWith(key) {
  say(gettext("声を読みこんでいます…"));
  try {
    await post("/api/v1/voice/session/", { key });
    show(await get("/api/v1/voice/"));
  } catch (error) {
    if (error.status === 410) gone();
    else say(error.message, true);
  }
}

function gone() {
  byId("key-form").hidden = true;
  fill(byId("manage"), h("div", { class: "empty" }, icon("check"), h("p", null, gettext("この声は取り下げられています。"))));
}

/** @param {any} voice Feature with `can` and `reason` */
function show(voice) {
  const { text, language, url, created_at: created, state, here } = voice.properties;
  const field = h("textarea", { class: "input", id: "voice-text", lang: language, required: true });
  field.value = text;
  const save = h("button", { class: "button button-teal", type: "submit", id: "save-voice" }, icon("check"), gettext("直したことばを保存"));
  const form = h("form", { class: "stack", onsubmit: (event) => reword(event, field) },
    h("div", { class: "field" }, h("label", { for: "voice-text" }, gettext("ことば")), field), save);
  byId("key-form").hidden = true;
  fill(byId("manage"), h("article", { class: "card stack managed" },
    h("p", { class: "meta" }, moment(created), " ", stateTag(state)),
    voice.reason ? h("p", { class: "notice" }, icon("info"), h("span", null, gettext("非公開の理由："), voice.reason)) : null,
    here?.length ? h("p", { class: "opinion-place meta" }, icon("pin", "icon-20"), h("span", null, factLine(here.map((fact) => fact.text)))) : null,
    voice.can.edit ? form : h("p", { class: "opinion-text", lang: language }, text),
    h("div", { class: "button-row managed-actions" },
      state === "published" ? h("a", { class: "button grow", href: url }, icon("eye"), gettext("みんなに見える形")) : null,
      voice.can.withdraw ? h("button", { class: "button button-danger grow", type: "button", id: "withdraw", onclick: () => withdraw(voice.id) }, icon("trash"), gettext("取り下げる")) : null)));
}

/** @param {Event} event @param {HTMLTextAreaElement} field */
async function reword(event, field) {
  event.preventDefault();
  try {
    show(await patch("/api/v1/voice/", { text: field.value.trim() }));
    toast(gettext("保存しました。"));
  } catch (error) {
    toast(error.message, { seconds: 8 });
  }
}

/** @param {number} id */
async function withdraw(id) {
  const words = h("p", null, gettext("ことばと場所が消え、もとに戻せません。ついた返信は残ります。"));
  const sure = await ask({ title: gettext("この声を取り下げますか"), body: [words], confirm: gettext("取り下げる"), kind: "button-danger" });
  if (!sure) return;
  try {
    await remove("/api/v1/voice/");
    forget(id);
    fill(byId("manage"), h("div", { class: "empty" }, icon("check"), h("p", null, gettext("声を取り下げました。"))));
  } catch (error) {
    toast(error.message);
  }
}

/** What this device sent, so that nobody has to look for the link. */
function listOwn() {
  const own = allMine().filter(({ key }) => key);
  const section = byId("device-voices");
  section.hidden = own.length === 0;
  fill(section.querySelector("ul"), own.map(({ key, text, at }) => h("li", null,
    h("a", { class: "card", href: `#${key}` }, h("span", { class: "own-text" }, text || gettext("（ことばのない声）")), h("span", { class: "meta" }, at ? day(new Date(at).toISOString()) : "")))));
}

/** @param {number} id of a voice that is gone */
function forget(id) {
  for (const { slug } of allMine().filter((voice) => voice.id === id)) new Drafts(slug).forget(id);
  listOwn();
}

listOwn();
byId("key-form").addEventListener("submit", (event) => {
  event.preventDefault();
  openWith(keyIn(byId("key").value));
});
addEventListener("hashchange", () => openWith(keyIn(location.hash)));
if (location.hash.length > 1) openWith(keyIn(location.hash));
