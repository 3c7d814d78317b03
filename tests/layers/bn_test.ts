import assert from "node:assert/strict";
import { netLayer, runLayer, tensor, testLayer } from "./harness.ts";

const scaleAndShift = {
  scale_filler: { type: "constant", value: 1 },
  shift_filler: { type: "constant", value: 0 },
};

testLayer("BN", [{
  does: "reads four blobs as scale, offset, mean and variance, as in PSPNet",
  param: { eps: 0 },
  bottoms: [tensor([1, 1, 1, 2], `1 3`)],
  blobs: [`2`, `1`, `1`, `4`].map((blob) => tensor([1, 1, 1, 1], blob)),
  tops: [tensor([1, 1, 1, 2], `1 3`)],
}, {
  does: "reads two blobs as scale and offset, as in SegNet",
  param: { bn_mode: "INFERENCE" },
  bottoms: [tensor([1, 1, 1, 2], `1 3`)],
  blobs: [`2`, `1`].map((blob) => tensor([1, 1, 1, 1], blob)),
  tops: [tensor([1, 1, 1, 2], `3 7`)],
}, {
  does: "reads four blobs with scale_filler and shift_filler too, as in caffe-windows",
  param: { ...scaleAndShift, var_eps: 3 },
  bottoms: [tensor([1, 1, 1, 2], `1 3`)],
  blobs: [`2`, `1`, `1`, `1`].map((blob) => tensor([1, 1, 1, 1], blob)),
  tops: [tensor([1, 1, 1, 2], `1 3`)],
}, {
  does: "computes the statistics of each batch with two blobs, as in SegNet without bn_mode",
  param: scaleAndShift,
  bottoms: [tensor([1, 1, 1, 2], `1 3`)],
  blobs: [`2`, `1`].map((blob) => tensor([1, 1, 1, 1], blob)),
  tops: [tensor([1, 1, 1, 2], `-1 3`)],
}]);

Deno.test("BN of caffe-windows needs var_eps, whose default differs between forks", () => {
  const layer = netLayer("BN", scaleAndShift);
  const blobs = [`2`, `1`, `1`, `1`].map((blob) => tensor([1, 1, 1, 1], blob));
  assert.throws(() => runLayer(layer, [tensor([1, 1, 1, 2], `1 3`)], blobs), {
    message: /^it has four blobs and a scale_filler or shift_filler, but no var_eps/,
  });
});
