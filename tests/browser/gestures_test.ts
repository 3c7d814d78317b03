/**
 * The drawing of a network by mouse and by fingers.
 */
/// <reference lib="dom" />
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { onPage } from "./on_page.ts";

onPage("a pinch zooms the drawing around the fingers, and both together move it", async (open) => {
  const { page } = open;
  const touch = await fingersOn(page);
  const before = await positionOf(page);
  await touch([[100, 200], [200, 200]], [[50, 200], [250, 200]]);
  const zoomed = await positionOf(page);
  assert.ok(Math.abs(zoomed.scale / before.scale - 2) < 0.01);
  // What was between the fingers stays there.
  assert.ok(Math.abs((150 - zoomed.x) / zoomed.scale - (150 - before.x) / before.scale) < 0.5);
  assert.ok(Math.abs((200 - zoomed.y) / zoomed.scale - (200 - before.y) / before.scale) < 0.5);

  await touch([[100, 200], [200, 200]], [[130, 160], [230, 160]]);
  const moved = await positionOf(page);
  assert.ok(Math.abs(moved.scale / zoomed.scale - 1) < 0.01);
  assert.ok(Math.abs(moved.x - zoomed.x - 30) < 1);
  assert.ok(Math.abs(moved.y - zoomed.y + 40) < 1);
});

onPage("a drag moves the drawing, until the button is released", async (open) => {
  const { page } = open;
  await page.getByText("Try the digits").click();
  const box = (await page.locator(".drawing svg").boundingBox())!;
  const before = await positionOf(page);
  await page.mouse.move(box.x + 10, box.y + 10);
  await page.mouse.down();
  await page.mouse.move(box.x + 40, box.y + 30);
  await page.mouse.up();
  await page.mouse.move(box.x + 90, box.y + 90);
  const moved = await positionOf(page);
  assert.deepEqual([moved.x - before.x, moved.y - before.y], [30, 20]);
});

onPage("what is in the middle of the drawing stays there in a narrower window", async (open) => {
  const { page } = open;
  await page.getByText("Try the digits").click();
  const middle = async () => {
    const { width } = (await page.locator(".drawing svg").boundingBox())!;
    const { x, scale } = await positionOf(page);
    return (width / 2 - x) / scale;
  };
  const before = await middle();
  const { width, height } = page.viewportSize()!;
  await page.setViewportSize({ width: width - 200, height });
  assert.ok(Math.abs(await middle() - before) < 0.5);
});

/** Opens the digits, and returns a gesture of two fingers: from positions in the drawing to others. */
async function fingersOn(page: Page) {
  await page.getByText("Try the digits").click();
  const { x, y } = (await page.locator(".drawing svg").boundingBox())!;
  const devtools = await page.context().newCDPSession(page);
  const points = (at: Pair) => at.map(([left, top], id) => ({ x: x + left, y: y + top, id }));
  return async (from: Pair, to: Pair) => {
    const start = points(from), end = points(to);
    const send = (type: "touchStart" | "touchMove" | "touchEnd", touchPoints: typeof start) =>
      devtools.send("Input.dispatchTouchEvent", { type, touchPoints });
    await send("touchStart", start);
    await send("touchMove", [end[0]!, start[1]!]);
    await send("touchMove", end);
    await send("touchEnd", []);
  };
}

type Pair = readonly [readonly [x: number, y: number], readonly [x: number, y: number]];

/** The translation and scale of the drawing. */
async function positionOf(page: Page) {
  const text = await page.locator(".drawing svg > g").getAttribute("transform");
  const [x, y, scale] = text!.match(/-?[\d.]+(e-?\d+)?/g)!.map(Number);
  return { x: x!, y: y!, scale: scale! };
}
