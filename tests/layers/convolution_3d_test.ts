/** Convolution3D's refusals. */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";

Deno.test("Convolution3D refuses groups that its channels or its outputs do not divide into", () => {
  const convolution = (num_output: number, group: number) => {
    const text = `input: "x" input_shape { dim: 1 dim: 4 dim: 3 dim: 3 dim: 3 }
      layer { name: "y" type: "Convolution3D" bottom: "x" top: "y" convolution_param {
        num_output: ${num_output} kernel_size: 2 kernel_depth: 2 group: ${group} } }`;
    return convert({ bytes: new TextEncoder().encode(text), name: "net" }).graph.names.get("y");
  };
  assert.deepEqual(convolution(6, 2)!.shape, [1, 6, 2, 2, 2]);
  for (const [num_output, group] of [[6, 0], [6, 3], [6, 4]] as const) {
    assert.throws(() => convolution(num_output, group), {
      message: new RegExp(
        `its 4 input and ${num_output} output channels do not divide into ${group} groups`,
      ),
    });
  }
});
