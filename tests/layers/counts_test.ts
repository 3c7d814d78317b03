import assert from "node:assert/strict";
import { checkCounts } from "../../lib/layers/layer.ts";
import { layers } from "../../lib/layers/mod.ts";
import { netLayer, runLayer, tensor } from "./harness.ts";

const counted = (type: string, bottoms: string[], tops: string[]) => () =>
  checkCounts(layers.get(type)!, netLayer(type, {}, { bottoms, tops }));

Deno.test("checkCounts() refuses too few or too many bottoms and tops", () => {
  assert.throws(counted("ReLU", [], ["y"]), {
    message: "it has 0 bottoms, but it needs exactly 1",
  });
  assert.throws(counted("LSTM", ["x"], ["y"]), {
    message: "it has 1 bottom, but it needs at least 2",
  });
  assert.throws(counted("Scale", ["x", "y", "z"], ["y"]), {
    message: "it has 3 bottoms, but it needs at most 2",
  });
  assert.throws(counted("Convolution", ["x", "z"], ["y"]), {
    message: "it has 1 top, but it needs exactly 2",
  });
  assert.doesNotThrow(counted("Silence", ["x", "y"], []));
});

Deno.test("Eltwise refuses an in-place sum, and accepts an in-place product", () => {
  const bottoms = [tensor([1], `2`), tensor([1], `3`)];
  const names = { bottoms: ["a", "b"], tops: ["a"] };
  assert.throws(() => runLayer(netLayer("Eltwise", {}, names), bottoms), {
    message: 'its top has the name of its bottom "a", which Caffe overwrites before its SUM has ' +
      "read it: give the top another name",
  });
  const [product] = runLayer(netLayer("Eltwise", { operation: "PROD" }, names), bottoms);
  assert.deepEqual([...product!.data], [6]);
});
