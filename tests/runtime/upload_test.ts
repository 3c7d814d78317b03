/**
 * Constants that are uploaded to the GPU in parts.
 */
import assert from "node:assert/strict";
import { openDevice } from "../../runtime/gpu/device.ts";
import { GpuEngine } from "../../runtime/gpu/engine.ts";
import { packTiles } from "../../runtime/ops/fours/weights.ts";
import { runReference } from "../../runtime/reference.ts";
import { difference } from "../golden.ts";
import { hasGpu } from "../gpu.ts";
import { Random, Sketch } from "../random.ts";

for (
  const [shape, group, quads] of [
    [[37, 3, 2, 3], 1, 1],
    [[37, 6, 1, 1], 1, 2],
    [[48, 5, 1, 3], 3, 2],
    [[36, 4, 2, 2], 3, 1],
  ] as const
) {
  Deno.test(`weights ${shape} in ${group} groups, tiles of ${quads} quads, are packed in parts`, () => {
    const { data } = new Random(1).tensor(shape), { pack, step } = packTiles(shape, group, quads);
    const whole = pack(data);
    for (const steps of [1, 2, 3]) {
      const length = steps * step!, parts: number[] = [];
      let into: Float32Array | undefined;
      for (let start = 0; start < data.length; start += length) {
        const part = data.subarray(start, start + length);
        into = pack(part, part.length === length ? into : undefined);
        parts.push(...into);
      }
      assert.deepEqual(parts, [...whole]);
    }
  });
}

/** A layer with more weights than are packed at once, whose parts end inside a row of a texture. */
const outputs = 1037, inputs = 2101;

for (const weights of ["float32", "float16", "int8"] as const) {
  for (const textures of [true, false]) {
    Deno.test({
      name: `large weights are uploaded in ${weights} to ${textures ? "textures" : "buffers"}`,
      ignore: !hasGpu,
      async fn() {
        const random = new Random(2), sketch = new Sketch();
        // These are exact in each of the formats.
        const tensor = random.tensor([outputs, inputs], -1.49, 1.49);
        tensor.data.forEach((x, i) => tensor.data[i] = Math.round(x));
        const input = random.tensor([1, inputs]);
        const dense = sketch.add("dense", "dense", [
          sketch.input("data", [1, inputs]),
          sketch.constant("weights", tensor),
          sketch.constant("biases", random.tensor([outputs])),
        ], { output: outputs });
        const graph = sketch.finish(dense);
        const device = await openDevice();
        const engine = new GpuEngine(device, true, { weights, ...!textures && { textureRows: 0 } });
        const [actual] = await (await engine.prepare(graph, [dense])).run([input]);
        engine.destroy();
        const [expected] = await runReference(graph, [input], [dense]);
        assert(difference(actual!.data, expected!.data) < 1e-5);
      },
    });
  }
}
