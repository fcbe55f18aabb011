import assert from "node:assert/strict";
import { test } from "node:test";
import { around, plan, standsFor, thirds, touch } from "../../static/js/map/bubbleplaces.js";

const PHONE = { left: 0, top: 70, right: 390, bottom: 524 };
const SIZE = { width: 240, height: 95 };
const standFor = (...all) => standsFor(...all)[0] ?? null;

test("a bubble stands above its dot, with the tail over it", () => {
  const stand = standFor({ x: 195, y: 400 }, SIZE, PHONE, []);

  assert.equal(stand.tail.side, "bottom");
  assert.equal(stand.box.left + stand.tail.at, 195);
  assert.ok(stand.box.bottom < 400);
});

test("under the bar there is no room above, so it stands below", () => {
  assert.equal(standFor({ x: 195, y: 110 }, SIZE, PHONE, []).tail.side, "top");
});

test("near the edge it moves inward and the tail stays at the dot", () => {
  const stand = standFor({ x: 50, y: 400 }, SIZE, PHONE, []);

  assert.ok(stand.box.left >= PHONE.left);
  assert.ok(Math.abs(stand.box.left + stand.tail.at - 50) < 0.01);
});

test("a dot outside the visible map opens nothing", () => {
  assert.equal(standFor({ x: 195, y: 600 }, SIZE, PHONE, []), null);
});

test("bubbles never touch each other, their dots or a card", () => {
  const dots = [{ x: 100, y: 230 }, { x: 300, y: 330 }, { x: 120, y: 480 }, { x: 200, y: 250 }];
  const card = { left: 0, top: 500, right: 200, bottom: 524 };
  const taken = [card];
  for (const dot of dots) {
    const stand = standFor(dot, SIZE, PHONE, taken);
    if (!stand) continue;
    assert.ok(!taken.some((box) => touch(stand.box, box)));
    taken.push(stand.box, around(dot, 14));
  }
  assert.ok(taken.length >= 5);
});

test("a phone's map is parted from top to bottom, a desk's from left to right", () => {
  assert.ok(thirds(PHONE).every(({ left, right }) => left === 0 && right === 390));
  const desk = { left: 0, top: 0, right: 1020, bottom: 840 };
  assert.ok(thirds(desk).every(({ top, bottom }) => top === 0 && bottom === 840));
});

test("three open together where the first choice alone would leave room for fewer", () => {
  const small = { left: 0, top: 0, right: 300, bottom: 360 };
  const dots = [{ x: 150, y: 140 }, { x: 260, y: 20 }, { x: 150, y: 340 }];
  const bubbles = dots.map((dot) => ({ dot, size: { width: 200, height: 70 } }));

  const found = plan(bubbles, [small, small, small], []);

  assert.equal(found.length, 3);
  const boxes = found.map(({ stand }) => stand.box);
  assert.ok(boxes.every((box, i) => boxes.every((other, j) => i === j || !touch(box, other))));
});
