import assert from "node:assert/strict";
import test from "node:test";
import { readFilters, readView, writeFilters, writeView } from "../../static/js/core/url.js";

test("a resident's filter survives the way into the address and back", () => {
  const filters = { category: "walk,green", q: "歩道", "answer.age": "20s" };
  assert.deepEqual(readFilters(`?${writeFilters(filters)}`), filters);
});

test("categories given one by one are one choice", () => {
  assert.equal(readFilters("?category=walk&category=green").category, "walk,green");
});

test("what isn't a filter stays out", () => {
  assert.deepEqual(readFilters("?utm_source=mail&q="), {});
});

test("an opened voice and the place of the map are in the hash", () => {
  const view = { view: "opinion", id: 12, map: { zoom: 15.5, lat: 34.86, lng: 138.32 } };
  assert.deepEqual(readView(`#${writeView(view)}`), view);
});

test("a hash that nobody wrote opens the map", () => {
  assert.deepEqual(readView("#map=15/999/x&opinion=-3"), { view: "home", id: null, map: null });
});
