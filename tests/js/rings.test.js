import assert from "node:assert/strict";
import test from "node:test";
import { createRequire } from "node:module";
import { arcs, clusterSize, countingOptions, byColour } from "../../static/js/map/markers.js";
import { palette, inkOn, GREY, LIT } from "../../static/js/map/palette.js";

const Supercluster = createRequire(import.meta.url)("../../static/vendor/supercluster/supercluster.min.js");

test("arcs fill the ring, the biggest share first", () => {
  const found = arcs([1, 0, 3]);
  assert.deepEqual(found.map(({ index }) => index), [2, 0]);
  assert.ok(Math.abs(found.reduce((sum, { length }) => sum + length, 0) - 97.6) < 1e-9);
});

test("one category alone closes the ring", () => assert.deepEqual(arcs([0, 5]), [{ index: 1, start: 0, length: 100 }]));

test("clusters count categories, also those of voices without one", () => {
  const points = [0, 0, 1, -1].map((category, i) => ({
    type: "Feature", geometry: { type: "Point", coordinates: [138.32, 34.87] }, properties: { id: i, category },
  }));
  const index = new Supercluster({ maxZoom: 19, ...countingOptions(2) }).load(points);
  const [cluster] = index.getClusters([138, 34, 139, 35], 19);
  assert.deepEqual(cluster.properties.counts, [2, 1, 1]);
  assert.equal(index.getLeaves(cluster.id, Infinity).length, 4);
});

test("more voices never make a smaller ring", () => {
  const sizes = [2, 14, 15, 39, 40, 999, 1000].map(clusterSize);
  assert.deepEqual(sizes, sizes.toSorted((a, b) => a - b));
});

test("the ninth category is grey until somebody chooses it", () => {
  const categories = Array.from({ length: 10 }, (_, i) => ({ slug: `c${i}`, name: "", icon: "voice", colour: "#0072b2" }));
  assert.equal(palette(categories).get("c8").colour, GREY);
  assert.equal(palette(categories, ["c8"]).get("c8").colour, LIT);
  assert.equal(palette(categories, ["c8"]).get("c9").colour, GREY);
  assert.equal(palette(categories).get("c7").colour, "#0072b2");
});

test("light colours carry dark icons", () => {
  assert.equal(inkOn("#E69F00"), "#1a1a1c");
  assert.equal(inkOn("#0072B2"), "#ffffff");
});

test("categories that share a colour make one arc", () => {
  const colours = [{ colour: "#0072b2" }, { colour: "#6f7078" }, { colour: "#6f7078" }];
  assert.deepEqual(byColour([1, 2, 3], colours), [1, 5, 0]);
});
