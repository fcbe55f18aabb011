import assert from "node:assert/strict";
import test from "node:test";
import { crossesItself, distance, isInside, lineLength, perimeter, ringArea } from "../../static/js/map/measure.js";

const near = (found, wanted, share) => assert.ok(Math.abs(found - wanted) <= wanted * share, `${found} is not ${wanted}`);
/** A square of about 100 m at Yaizu station. */
const east = 100 / (111320 * Math.cos((34.87 * Math.PI) / 180));
const north = 100 / 110930;
const square = [[138.32, 34.87], [138.32 + east, 34.87], [138.32 + east, 34.87 + north], [138.32, 34.87 + north]];

test("one degree of latitude is 111 km", () => near(distance([138, 34], [138, 35]), 111195, 0.001));
test("a square of 100 m has 10,000 square metres", () => near(ringArea(square), 10000, 0.01));
test("and 400 m around it", () => near(perimeter(square), 400, 0.01));
test("the area doesn't depend on the direction of drawing", () => assert.equal(Math.round(ringArea(square)), Math.round(ringArea(square.toReversed()))));
test("a line of three corners is as long as its two parts", () => near(lineLength(square.slice(0, 3)), 200, 0.01));
test("a bow tie crosses itself, a square doesn't", () => {
  assert.equal(crossesItself([square[0], square[2], square[1], square[3]]), true);
  assert.equal(crossesItself(square), false);
});
test("a hole in the area is outside", () => {
  const hole = [[1, 1], [2, 1], [2, 2], [1, 2], [1, 1]];
  const area = { type: "MultiPolygon", coordinates: [[[[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]], hole]] };
  assert.equal(isInside([3, 3], area), true);
  assert.equal(isInside([1.5, 1.5], area), false);
  assert.equal(isInside([5, 5], area), false);
});
