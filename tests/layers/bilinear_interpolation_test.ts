import assert from "node:assert/strict";
import { netLayer, runLayer, tensor, testLayer } from "./harness.ts";

const image = tensor([1, 1, 2, 3], `1 2 4  5 8 -2`);

testLayer("BilinearInterpolation", [{
  does: "resizes to the size of its second bottom, with aligned corners",
  bottoms: [image, tensor([2, 1, 3, 5], Array(30).fill(0).join(" "))],
  tops: [tensor([1, 1, 3, 5], `1 1.5 2 3 4  3 4 5 3 1  5 6.5 8 3 -2`)],
}, {
  does: "multiplies both extents by interpolation_factor",
  param: { interpolation_factor: 2 },
  bottoms: [tensor([1, 1, 1, 2], `0 3`)],
  tops: [tensor([1, 1, 2, 4], `0 1 2 3  0 1 2 3`)],
}]);

Deno.test("BilinearInterpolation needs one size", () => {
  for (
    const [settings, bottoms] of [
      [{}, [image]],
      [{ interpolation_factor: 2 }, [image, image]],
    ] as const
  ) {
    assert.throws(() => runLayer(netLayer("BilinearInterpolation", settings), bottoms), {
      message: "it needs either an interpolation_factor or a second bottom",
    });
  }
});
