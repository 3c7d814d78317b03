/**
 * Caffemodels of C3D 1.0, whose blobs have five extents and numbers of their own.
 */
import assert from "node:assert/strict";
import protobuf from "protobufjs/minimal";
import { convert } from "../../mod.ts";
import { readMean } from "../../lib/caffe/read.ts";
import { runReference } from "../../runtime/reference.ts";
import { count } from "../../runtime/tensor.ts";

/** A blob as C3D writes it, with its gradients. */
function blob(shape: readonly number[], data: Float32Array): Uint8Array {
  const writer = protobuf.Writer.create();
  shape.forEach((extent, i) => writer.uint32((i + 1) << 3).int32(extent));
  for (const [number, values] of [[6, data], [7, new Float32Array(data.length)]] as const) {
    writer.uint32(number << 3 | 2).bytes(new Uint8Array(values.buffer));
  }
  return writer.finish();
}

/** A layer with its learned blobs. */
function layer(name: string, type: number, blobs: readonly Uint8Array[]): Uint8Array {
  const writer = protobuf.Writer.create();
  writer.uint32(4 << 3 | 2).string(name).uint32(5 << 3).int32(type);
  for (const bytes of blobs) writer.uint32(6 << 3 | 2).bytes(bytes);
  return writer.finish();
}

const numbers = (...shape: number[]) =>
  Float32Array.from({ length: count(shape) }, (_, i) => (i * 7 % 11 - 5) / 8);

const text = new TextEncoder().encode(`
  name: "tiny C3D" input: "data" input_dim: 1 input_dim: 2 input_dim: 3 input_dim: 2 input_dim: 3
  layers { name: "conv1a" type: CONVOLUTION3D bottom: "data" top: "conv1a"
    convolution_param { num_output: 3 kernel_size: 2 kernel_depth: 3 } }
  layers { name: "fc6" type: INNER_PRODUCT bottom: "conv1a" top: "fc6"
    inner_product_param { num_output: 4 } }`);

Deno.test("a caffemodel of C3D 1.0 is read", async () => {
  const [filters, biases] = [numbers(3, 2, 3, 2, 2), Float32Array.of(0.5, -1, 2)];
  const [rows, offsets] = [numbers(4, 6), Float32Array.of(1, 2, 3, 4)];
  const writer = protobuf.Writer.create();
  const layers = [
    layer("conv1a", 30, [blob([3, 2, 3, 2, 2], filters), blob([1, 1, 1, 1, 3], biases)]),
    layer("fc6", 14, [blob([1, 1, 1, 4, 6], rows), blob([1, 1, 1, 1, 4], offsets)]),
  ];
  for (const bytes of layers) writer.uint32(2 << 3 | 2).bytes(bytes);
  const { graph } = convert({ bytes: text, name: "deploy.prototxt" }, {
    caffemodel: { bytes: writer.finish(), name: "net.caffemodel" },
  });

  const data = numbers(1, 2, 3, 2, 3);
  const output = graph.nodes.at(-1)!.output;
  const [answer] = await runReference(graph, [{ shape: [1, 2, 3, 2, 3], data }], [output]);
  // One row of two columns is left, and nothing of the time but one.
  const convolved = [0, 1, 2].flatMap((o) =>
    [0, 1].map((x) => {
      let sum = biases[o]!;
      for (let i = 0; i < 24; i++) {
        const [c, t, h, w] = [Math.floor(i / 12), Math.floor(i / 4) % 3, i >> 1 & 1, i & 1];
        sum += filters[o * 24 + i]! * data[((c * 3 + t) * 2 + h) * 3 + w + x]!;
      }
      return sum;
    })
  );
  const expected = [0, 1, 2, 3].map((o) =>
    convolved.reduce((sum, value, i) => sum + value * rows[o * 6 + i]!, offsets[o]!)
  );
  assert.deepEqual([...answer!.data], expected.map(Math.fround));
});

Deno.test("a mean video of C3D 1.0 has five axes", () => {
  const mean = numbers(1, 3, 2, 2, 2);
  assert.deepEqual(readMean(blob([1, 3, 2, 2, 2], mean)), { shape: [1, 3, 2, 2, 2], data: mean });
});
