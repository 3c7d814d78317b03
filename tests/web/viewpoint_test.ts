/**
 * Moving and zooming a drawing.
 */
import assert from "node:assert/strict";
import { fit, reveal, zoom } from "../../web/viewpoint.ts";

const view = { width: 800, height: 600 };

Deno.test("a small drawing is centered without scaling", () => {
  assert.deepEqual(fit({ width: 200, height: 100 }, view), { x: 300, y: 250, scale: 1 });
});

Deno.test("a tall drawing is shown from its top, or as a whole", () => {
  const high = { width: 400, height: 5600 };
  assert.deepEqual(fit(high, view), { x: 250, y: 20, scale: 0.75 });
  const { scale, y } = fit(high, view, true);
  assert.equal(scale, 0.1);
  assert.equal(y, 20);
});

Deno.test("zooming does not move the point under the pointer", () => {
  const from = { x: 30, y: -50, scale: 0.5 };
  const to = zoom(from, 3, 100, 200);
  const under = ({ x, y, scale }: typeof from) => [(100 - x) / scale, (200 - y) / scale];
  assert.deepEqual(under(to), under(from));
  assert.equal(zoom(from, 1e9, 0, 0).scale, 4);
});

Deno.test("zooming out never enlarges a drawing, however small it is to fit", () => {
  const all = fit({ width: 400, height: 56_000 }, view, true);
  assert.deepEqual(zoom(all, 0.8, 400, 300), all);
  assert.equal(zoom(all, 1.25, 400, 300).scale, all.scale * 1.25);
});

Deno.test("reveal() does not move a visible box, and centers others", () => {
  const box = { x: 100, y: 100, width: 50, height: 20 };
  const from = { x: 0, y: 0, scale: 1 };
  assert.equal(reveal(from, box, view), from);
  const away = { ...box, y: 5000 };
  const to = reveal(from, away, view);
  assert.equal(to.y + (away.y + 10) * to.scale, 300);
  assert.equal(to.x + (away.x + 25) * to.scale, 400);
});
