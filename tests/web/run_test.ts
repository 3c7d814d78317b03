/**
 * Answers of the page's worker for a picture, without a page.
 */
import assert from "node:assert/strict";
import { convert, writeBundle } from "../../mod.ts";
import type { FoundBox } from "../../lib/answers/boxes.ts";
import type { Model } from "../../lib/model.ts";
import { Session } from "../../web/session.ts";
import { retinaface } from "../retinaface.ts";
import { topologies } from "../topologies/mod.ts";
import { weightsFor } from "../topologies/weights.ts";

/** A session with one of the well-known networks, scaled down, with pseudorandom weights. */
function sessionWith(name: string): Promise<Session> {
  const { build, small } = topologies.find((topology) => topology.name === name)!;
  const bytes = new TextEncoder().encode(build(small));
  const caffemodel = { bytes: weightsFor(bytes, new Map()), name: "net.caffemodel" };
  return sessionOf(convert({ bytes, name: "net" }, { caffemodel, warn() {} }));
}

/** A session with a model that takes pictures. */
async function sessionOf(model: Model): Promise<Session> {
  const session = new Session();
  const { settings } = await session.open({
    bundle: new File([...writeBundle(model)], "model.npz"),
  });
  assert.ok(settings);
  return session;
}

const [width, height] = [64, 48];
const image = {
  width,
  height,
  data: Uint8ClampedArray.from({ length: width * height * 4 }, (_, i) => i * i % 251),
};

Deno.test("a region-based detector gives boxes within the picture", async () => {
  const session = await sessionWith("Faster R-CNN ZF");
  const { boxes, outputs, classMap, classes } = await session.run(image, "cpu");
  assert.deepEqual([classMap, classes], [null, null]);
  assert.deepEqual(outputs.map(({ name }) => name), ["bbox_pred", "cls_prob"]);
  assert.ok(boxes!.length > 0);
  for (const { left, top, right, bottom, score } of boxes!) {
    assert.ok(0 <= left && left <= right && right < 1 && 0 <= top && top <= bottom && bottom < 1);
    assert.ok(score > 0.05 && score <= 1);
  }
});

Deno.test("RetinaFace gives boxes of faces", async () => {
  const bytes = new TextEncoder().encode(retinaface());
  const session = await sessionOf(convert({ bytes, name: "net" }, { warn() {} }));
  const { boxes, classMap } = await session.run(image, "cpu");
  assert.equal(classMap, null);
  const [{ label, score, left, top, right, bottom }] = boxes as [FoundBox];
  assert.deepEqual([label, score, left, top], ["face", 0.5, 0, 0]);
  assert.ok(Math.abs(right - 95 / 96) < 1e-6 && bottom === 63 / 64);
});

Deno.test("a class map of the center has the position of the center", async () => {
  const { classMap } = await (await sessionWith("U-Net")).run(image, "cpu");
  const { part, shares, image: { width, height } } = classMap!;
  assert.deepEqual([height, width], [4, 20]);
  for (const key of ["left", "width"] as const) assert.ok(Math.abs(part[key] - 1 / 3) < 1e-9);
  assert.ok(Math.abs(part.top - 20 / 44) < 1e-9 && Math.abs(part.height - 4 / 44) < 1e-9);
  assert.ok(Math.abs(shares.reduce((sum, { share }) => sum + share, 0) - 1) < 1e-9);
});

Deno.test("boxes of SSD and YOLO are sorted by their scores", async () => {
  for (const name of ["MobileNet-SSD", "YOLO v3"]) {
    const { boxes } = await (await sessionWith(name)).run(image, "cpu");
    assert.ok(boxes!.length > 1);
    assert.ok(boxes!.every(({ score }, i) => i === 0 || score <= boxes![i - 1]!.score));
  }
});
