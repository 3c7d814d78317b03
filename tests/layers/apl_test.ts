/**
 * APL, an activation of learned hinges.
 */
import assert from "node:assert/strict";
import type { Tensor } from "../../runtime/tensor.ts";
import { testEverywhere } from "./everywhere.ts";
import { expectTensor, netLayer, runLayer, tensor } from "./harness.ts";

const shape = [2, 2, 1, 3], elements = 6, sums = 2;

/** Numbers from −2 to 2. */
function numbers(shape: readonly number[], seed: number): Tensor {
  const length = shape.reduce((product, extent) => product * extent, 1);
  return {
    shape,
    data: Float32Array.from({ length }, (_, i) => ((i + seed) * 37 % 41) / 10 - 2),
  };
}

const x = numbers(shape, 3), slope = numbers([1, 1, sums, elements], 11);
const offset = numbers([1, 1, sums, elements], 20);

/** What Caffe's loops give. */
const expected = x.data.map((value, i) => {
  let result = Math.max(value, 0);
  for (let s = 0; s < sums; s++) {
    const at = (i % elements) * sums + s;
    result += slope.data[at]! * Math.max(-value + offset.data[at]!, 0);
  }
  return result;
});

const network = (settings: string) => `
  input: "x" input_shape { dim: 2 dim: 2 dim: 1 dim: 3 }
  layer { name: "y" type: "APL" bottom: "x" top: "y" apl_param { ${settings} } }`;

testEverywhere("APL adds the hinges of each element", {
  text: network("sums: 2 save_mem: true"),
  inputs: [x],
  blobs: { "y:0": slope, "y:1": offset },
  outputs: [{ shape, data: expected }],
});

Deno.test("APL needs sums, or the stored blobs", () => {
  const layer = netLayer("APL");
  const [top] = runLayer(layer, [x], [slope, offset]);
  expectTensor(top!, { shape, data: expected });
  assert.throws(() => runLayer(layer, [x], []), {
    message: "it has 0 hinges for each element, but needs 1 to 100; set sums in its apl_param",
  });
  assert.throws(() => runLayer(layer, [tensor([1, 5], `1 2 3 4 5`)], [slope, offset]), {
    message: /^it has 2.4 hinges for each element/,
  });
});
