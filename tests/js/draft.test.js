import assert from "node:assert/strict";
import test from "node:test";
import { Drafts, newDraft, newId, newKey } from "../../static/js/core/draft.js";

/** @returns {any} a storage like the browser's */
function storage(kept = new Map()) {
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value), removeItem: (key) => kept.delete(key) };
}

test("a draft read back after a reload is the same draft, with the same identity", () => {
  const shelf = storage();
  const draft = { ...newDraft(), text: "歩道がせまい", drawing: { kind: "pin", vertices: [[138.3, 34.8]] } };
  new Drafts("yaizu", shelf).save(draft);
  const again = new Drafts("yaizu", shelf).load();
  assert.equal(again.client_id, draft.client_id);
  assert.equal(again.manage_key, draft.manage_key);
  assert.deepEqual(again.drawing, draft.drawing);
});

test("drafts of two projects don't mix", () => {
  const shelf = storage();
  new Drafts("yaizu", shelf).save(newDraft());
  assert.equal(new Drafts("hino", shelf).load(), null);
});

test("what somebody else left in the storage is no draft", () => {
  const shelf = storage(new Map([["koemap.draft.yaizu", "{broken"]]));
  assert.equal(new Drafts("yaizu", shelf).load(), null);
});

test("a full disk loses the comfort, not the page", () => {
  const full = { getItem: () => null, setItem: () => { throw new Error("quota"); }, removeItem: () => {} };
  assert.equal(new Drafts("yaizu", full).save(newDraft()), false);
});

test("own voices are remembered once each and can be forgotten", () => {
  const drafts = new Drafts("yaizu", storage());
  drafts.remember({ id: 1, key: "a", state: "waiting" });
  drafts.remember({ id: 1, key: "a", state: "published" });
  assert.deepEqual(drafts.mine().map(({ state }) => state), ["published"]);
  drafts.forget(1);
  assert.deepEqual(drafts.mine(), []);
});

test("a manage key has 128 bits as 22 characters, and ids are UUIDs", () => {
  assert.match(newKey(), /^[A-Za-z0-9_-]{22}$/);
  assert.notEqual(newKey(), newKey());
  assert.match(newId(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
