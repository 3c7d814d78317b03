/**
 * FractalJoin with and without the top of a GlobalDropTrigger.
 */
import assert from "node:assert/strict";
import { convert } from "../../mod.ts";
import { namedValues } from "../../runtime/graph.ts";
import { tensor, testLayer } from "./harness.ts";

const first = tensor([1, 2, 1, 3], `1 2 3  4 5 6`);
const second = tensor([1, 2, 1, 3], `3 0 -3  2 1 0`);
const third = tensor([1, 2, 1, 3], `5 4 3  0 0 9`);
const trigger = tensor([1, 2, 1, 2], `7 7 7 7`);

testLayer("FractalJoin", [
  {
    does: "is the mean of its bottoms",
    bottoms: [first, second, third],
    tops: [tensor([1, 2, 1, 3], `3 2 1  2 2 5`)],
  },
  {
    does: "leaves out a trigger",
    param: { drop_path_ratio: [0.15, 0.15] },
    bottoms: [first, second, trigger],
    tops: [tensor([1, 2, 1, 3], `2 1 0  3 3 3`)],
  },
  {
    does: "recognizes a trigger by the shape in its settings",
    param: { global_drop: { num: 2, channels: 1 } },
    bottoms: [first, second, tensor([2, 1, 1, 2], `7 7 7 7`)],
    tops: [tensor([1, 2, 1, 3], `2 1 0  3 3 3`)],
  },
  {
    does: "is the sum with sum_path_input",
    param: { sum_path_input: true },
    bottoms: [first, second, trigger],
    tops: [tensor([1, 2, 1, 3], `4 2 0  6 6 6`)],
  },
]);

const network = (join: string) =>
  convert({
    bytes: new TextEncoder().encode(`
      input: "data" input_shape { dim: 4 dim: 3 dim: 2 dim: 5 }
      layer { name: "t" type: "GlobalDropTrigger" bottom: "data" top: "t"
        global_drop_trigger_param { global_drop_ratio: 0.5 width: 3 } }
      layer { name: "j" type: "FractalJoin" bottom: "data" bottom: "t" top: "j" ${join} }`),
    name: "net.prototxt",
  });

Deno.test("a GlobalDropTrigger has the shape of its settings, and is no input", () => {
  const { graph } = network("fractal_join_param { global_drop { width: 3 } }");
  assert.deepEqual(graph.inputs.map(({ name }) => name), ["data"]);
  assert.deepEqual(graph.outputs, ["j"]);
  assert.deepEqual(namedValues(graph).get("j")!.shape, [4, 3, 2, 5]);
});

Deno.test("FractalJoin refuses a trigger of another shape", () => {
  assert.throws(() => network(""), {
    message:
      /^Cannot convert layer "j" \(FractalJoin\): its bottoms are \[4, 3, 2, 5\], \[1, 2, 1, 3\],/,
  });
});
