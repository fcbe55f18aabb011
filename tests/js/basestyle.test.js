import assert from "node:assert/strict";
import { test } from "node:test";
import { lines } from "../../static/js/map/baselabels.js";
import { PALETTES, labelRules, paintRules, placeRank, ramp, shortName, shortSchool, zoningTone } from "../../static/js/map/basestyle.js";

test("land use words of two countries find their tint, the others the land's", () => {
  assert.equal(zoningTone("商業地域"), "shop");
  assert.equal(zoningTone("近隣商業地域"), "localShop");
  assert.equal(zoningTone("準工業地域"), "mixed");
  assert.equal(zoningTone("第一種低層住居専用地域"), "lowHomes");
  assert.equal(zoningTone("Parks, Recreation and Open Space"), "openSpace");
  assert.equal(zoningTone("Low Density Commercial"), "localShop");
  assert.equal(zoningTone("CHD, RHD"), "shop");
  assert.equal(zoningTone("第一種住居地域"), "land");
  assert.equal(zoningTone(undefined), "land");
});

test("light and dark name the same colours, and the style finds every one of them", () => {
  assert.deepEqual(Object.keys(PALETTES.light), Object.keys(PALETTES.dark));
  for (const palette of Object.values(PALETTES)) {
    const strict = new Proxy(palette, { get: (all, name) => all[name] ?? assert.fail(`no colour ${String(name)}`) });
    assert.ok(paintRules(strict).length > 8);
    assert.ok(labelRules(strict, "ja").length > 8);
  }
});

test("roads grow with the zoom between their stops and stay beyond them", () => {
  const width = ramp([14, 4], [15, 6], [16, 8.4]);

  assert.equal(width(12), 4);
  assert.equal(width(14.5), 5);
  assert.equal(width(19), 8.4);
});

test("names on the map are short", () => {
  assert.equal(shortName("焼津第4自治会"), "焼津第4");
  assert.equal(shortName("自治会"), "自治会");
  assert.equal(shortSchool("焼津東小学校"), "焼津東小");
});

test("a harbour is water, a town of that name with its own rank is not", () => {
  assert.equal(placeRank({ props: { name: "焼津港", rank: "1" } }), "0");
  assert.equal(placeRank({ props: { name: "中港", rank: "2" } }), "2");
  assert.equal(placeRank({ props: { name: "Potomac River" } }), "0");
});

test("Latin names break at spaces, Japanese never, two languages stand one below the other", () => {
  assert.deepEqual(lines("Southwest Employment Area"), ["Southwest", "Employment Area"]);
  assert.deepEqual(lines("駿河湾深層水利用促進交流施設"), ["駿河湾深層水利用促進交流施設"]);
  assert.deepEqual(lines("焼津駅 / Yaizu Station"), ["焼津駅", "Yaizu Station"]);
});
