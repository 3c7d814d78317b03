/** Pooling3D with settings for length, height and width, as in 3D Faster R-CNN. */
import assert from "node:assert/strict";
import { expectTensor, tensor } from "./harness.ts";
import { runText } from "./text_layer.ts";

const volume = tensor([1, 1, 2, 2, 4], `1 5 2 9  3 4 8 0   7 6 0 1  2 2 3 4`);

function pooled(settings: string) {
  const { outputs, warnings } = runText(
    `layer { name: "y" type: "Pooling3D" bottom: "x" top: "y" pooling_3d_param { ${settings} } }`,
    { x: volume },
  );
  assert.deepEqual(warnings, []);
  return outputs.y!;
}

Deno.test("Pooling3D has a kernel and a stride for each axis", () => {
  expectTensor(
    pooled("pool: MAX kernel_l: 1 kernel_h: 2 kernel_w: 3 stride_l: 1 stride_h: 2 stride_w: 1"),
    tensor([1, 1, 2, 1, 2], `8 9  7 6`),
  );
});

Deno.test("Pooling3D with kernel_l has one stride for all axes, and rounds up", () => {
  expectTensor(
    pooled("kernel_l: 2 kernel_h: 2 kernel_w: 3 stride: 2"),
    tensor([1, 1, 1, 1, 2], `8 9`),
  );
});
