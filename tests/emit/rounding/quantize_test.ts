import assert from "node:assert/strict";
import { seededRandom } from "../../../examples/digits/random.ts";
import { writeBundle } from "../../../lib/emit/bundle.ts";
import type { RoundingError } from "../../../lib/emit/rounding/rounding_error.ts";
import { readBundle } from "../../../runtime/bundle/bundle.ts";
import { readZip } from "../../../runtime/bundle/zip.ts";
import { join } from "../../join.ts";
import { Sketch } from "../../random.ts";
import { tensor } from "../../tensor.ts";
import { quantized } from "./rounded.ts";

const sum = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);

Deno.test("each row consists of integers with its own scale", () => {
  const data = Float32Array.of(0.5, -0.25, 1, 0, 0, 0, -3, 3, 1.5);
  const { numbers, scales } = quantized({ shape: [3, 3], data });
  assert.deepEqual(scales, Float32Array.of(1 / 127, 0, 3 / 127));
  assert.deepEqual([...numbers.subarray(3)], [0, 0, 0, -127, 127, 64]);
});

Deno.test("rows keep their sums within half a step, and weights change by at most 0.76 steps", () => {
  const random = seededRandom(2);
  const shape = [6, 900];
  const data = Float32Array.from({ length: 5400 }, () => (random() - 0.3) * 0.1);
  const { numbers, scales } = quantized({ shape, data });
  for (let row = 0; row < 6; row++) {
    const [exact, rounded] = [data, numbers].map((all) => all.slice(row * 900, (row + 1) * 900));
    const scale = scales[row]!;
    assert(Math.abs(sum(exact!) - sum(rounded!) * scale) <= 0.51 * scale, `row ${row}`);
    exact!.forEach((x, i) => assert(Math.abs(x - rounded![i]! * scale) <= 0.76 * scale));
  }
});

Deno.test("weights that are not finite are refused", () => {
  assert.throws(() => quantized({ shape: [1, 2], data: Float32Array.of(1, NaN) }), {
    message: 'Cannot round weights "w" to int8: some are infinite or NaN',
  });
});

Deno.test("a bundle in int8 has scales beside the weights, and biases in float32", async () => {
  const sketch = new Sketch();

  const conv = sketch.add("conv2d", "conv", [
    sketch.input("data", [1, 1, 1, 2]),
    sketch.constant("conv/weights", tensor([2, 1, 1, 2], 127, -60.4, 0.25, 0.5)),
    sketch.constant("conv/biases", tensor([2], 1 / 3, 1e-9)),
  ], { output: 2, kernel: [1, 2] });
  const errors: RoundingError[] = [];
  const bytes = join(writeBundle({ graph: sketch.finish(conv) }, {
    weights: "int8",
    onRounded: (error) => errors.push(error),
  }));
  assert.deepEqual(readZip(bytes).names, [
    "model.json",
    "conv/weights.npy",
    "conv/weights_scales.npy",
    "conv/biases.npy",
  ]);
  const { constants } = await readBundle(bytes);
  const step = Math.fround(0.5 / 127);
  assert.deepEqual(
    constants.get("conv/weights"),
    tensor([2, 1, 1, 2], 127, -60, 64 * step, 127 * step),
  );
  assert.deepEqual(constants.get("conv/biases"), tensor([2], 1 / 3, 1e-9));
  assert.deepEqual(errors.map(({ name, count }) => [name, count]), [["conv/weights", 4]]);
  assert(Math.abs(errors[0]!.relative - 0.4 / Math.hypot(127, 60.4)) < 1e-4);
});
