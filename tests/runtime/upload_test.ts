/**
 * Constants that are uploaded to the GPU in parts, and tensors that are copied into textures.
 */
import assert from "node:assert/strict";
import { openDevice } from "../../runtime/gpu/device.ts";
import { GpuEngine } from "../../runtime/gpu/engine.ts";
import { tableWidth } from "../../runtime/gpu/storage.ts";
import { copyTexels } from "../../runtime/gpu/upload.ts";
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

const rowBytes = tableWidth * 16;

/** The rectangles of texels that are copied, `[x, y, width, height]`, and where each starts. */
function copiesOf(buffer: { size: number }, offset: number, size: number): number[][] {
  const copies: number[][] = [];
  const encoder = {
    copyBufferToTexture(
      from: { offset: number },
      { origin: { x, y } }: { origin: { x: number; y: number } },
      { width, height }: { width: number; height: number },
    ) {
      copies.push([x, y, width, height, from.offset]);
    },
  };
  const range = { buffer, offset, size } as Required<GPUBufferBinding>;
  copyTexels(encoder as never, range, { format: "rgba32float" } as GPUTexture);
  return copies;
}

Deno.test("a tensor is copied into a texture in whole rows, as far as its buffer reaches", () => {
  const size = 2.5 * rowBytes, whole = { size: 256 + 3 * rowBytes };
  assert.deepEqual(copiesOf(whole, 256, size), [[0, 0, tableWidth, 3, 256]]);
  assert.deepEqual(copiesOf({ size: whole.size - 16 }, 256, size), [
    [0, 0, tableWidth, 2, 256],
    [0, 2, tableWidth / 2, 1, 256 + 2 * rowBytes],
  ]);
});

Deno.test("a tensor of less than a row is copied alone: its texture may be no wider", () => {
  assert.deepEqual(copiesOf({ size: 4 * rowBytes }, 0, 160), [[0, 0, 10, 1, 0]]);
});
