import assert from "node:assert/strict";
import { netLayer, runLayer, tensor, testLayer } from "./harness.ts";

testLayer("SumPooling", [
  {
    does: "sums windows",
    param: { pool: "SUM", kernel_h: 2, kernel_w: 3 },
    bottoms: [tensor([1, 1, 3, 4], `1 2 3 4  5 6 7 8  9 10 11 12`)],
    tops: [tensor([1, 1, 2, 2], `24 30  48 54`)],
  },
  {
    does: "sums the whole image",
    param: { pool: "SUM", global_pooling: true },
    bottoms: [tensor([1, 2, 2, 3], `1 2 3 4 5 6  1 1 1 1 1 -9`)],
    tops: [tensor([1, 2, 1, 1], `21 -4`)],
  },
]);

Deno.test("SumPooling refuses other methods, and needs a kernel", () => {
  const refused = (param: Record<string, unknown>) =>
    runLayer(netLayer("SumPooling", param), [tensor([1, 1, 1, 2], `1 2`)]);
  assert.throws(() => refused({ pool: "AVE", kernel_size: 1 }), {
    message: "its pool is AVE, but only SUM is supported",
  });
  assert.throws(() => refused({ pool: "SUM" }), { message: /^it needs either kernel_size, / });
});
