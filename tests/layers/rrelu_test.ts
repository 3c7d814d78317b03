import assert from "node:assert/strict";
import { netLayer, runLayer, tensor, testLayer } from "./harness.ts";

for (const type of ["RReLU", "Insanity"]) {
  testLayer(type, [{
    does: "divides negative numbers by the mean slope of its bounds",
    param: { lb: 2, ub: 2 * Math.E },
    bottoms: [tensor([3], `2 0 -3.4365637`)],
    tops: [tensor([3], `2 0 -1`)],
  }]);
}

Deno.test("RReLU needs two bounds", () => {
  const told = (settings: Record<string, number>) =>
    runLayer(netLayer("RReLU", settings), [tensor([2], `1 -1`)]);
  assert.throws(() => told({ lb: 3 }), { message: "it needs both an lb and a ub" });
  for (const settings of [{ lb: 3, ub: 3 }, { lb: 0, ub: 1 }, { lb: -1, ub: 0 }]) {
    assert.throws(() => told(settings), {
      message: /, but the lb must be less than the ub, and neither 0$/,
    });
  }
});
