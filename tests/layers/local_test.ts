/**
 * Local, a convolution with separate weights at each position, against plain loops.
 */
import assert from "node:assert/strict";
import { writeCaffemodel } from "../../lib/caffe/write.ts";
import { convert } from "../../lib/convert.ts";
import { writeBundle } from "../../lib/emit/bundle.ts";
import { Network } from "../../runtime/mod.ts";
import { difference } from "../golden.ts";
import { hasGpu } from "../gpu.ts";
import { inputText } from "../input_text.ts";
import { join } from "../join.ts";
import { Random } from "../random.ts";

const [channels, height, width] = [3, 5, 6];
const [outputs, kernel, stride, pad] = [4, 3, 2, 1];
const [rows, columns] = [height, width].map((extent) =>
  Math.floor((extent + 2 * pad - kernel) / stride) + 1
) as [number, number];
const places = rows * columns, taps = channels * kernel * kernel;

const random = new Random(4);
const image = random.tensor([2, channels, height, width]);
const weights = random.tensor([outputs, 1, taps, places]);
const biases = random.tensor([1, 1, outputs, places]);

/** The top of the layer, in plain loops. */
function expected(hasBias: boolean): number[] {
  const result: number[] = [];
  for (let n = 0; n < 2; n++) {
    for (let o = 0; o < outputs; o++) {
      for (let place = 0; place < places; place++) {
        let sum = hasBias ? biases.data[o * places + place]! : 0;
        for (let tap = 0; tap < taps; tap++) {
          const c = Math.floor(tap / kernel ** 2);
          const y = Math.floor(place / columns) * stride - pad + Math.floor(tap / kernel) % kernel;
          const x = place % columns * stride - pad + tap % kernel;
          if (y < 0 || y >= height || x < 0 || x >= width) continue;
          sum += image.data[((n * channels + c) * height + y) * width + x]! *
            weights.data[(o * taps + tap) * places + place]!;
        }
        result.push(sum);
      }
    }
  }
  return result;
}

for (
  const [type, field, hasBias] of [
    ["Local", "local_param", true],
    ["Local", "convolution_param", false],
    ["LocallyConnected", "locally_connected_param", true],
  ] as const
) {
  for (const device of ["reference", "cpu", "gpu"] as const) {
    Deno.test({
      name: `${type} with ${field} has separate weights at each position, on the ${device}`,
      ignore: device === "gpu" && !hasGpu,
      async fn() {
        const text = `${inputText("data", [1, channels, height, width])}
          layer { name: "local" type: "${type}" bottom: "data" top: "local" ${field} {
            num_output: ${outputs} kernel_size: ${kernel} stride: ${stride} pad: ${pad}
            bias_term: ${hasBias} } }`;
        const blobs = hasBias ? [weights, biases] : [weights];
        const layers = [{ name: "local", type: "", bottoms: [], tops: [], blobs }];
        const model = convert({ bytes: new TextEncoder().encode(text), name: "net.prototxt" }, {
          caffemodel: { bytes: writeCaffemodel({ name: "", layers }), name: "net.caffemodel" },
          warn: (message) => assert.fail(message),
        });
        const network = await Network.load(join(writeBundle(model)), { device });
        const { local } = await network.run({ data: image.data });
        network.destroy();
        assert.deepEqual(local!.shape, [2, outputs, rows, columns]);
        assert.ok(difference(local!.data, Float32Array.from(expected(hasBias))) < 1e-5);
      },
    });
  }
}

Deno.test("Ristretto's layers are Caffe's, with a warning that they do not round", () => {
  const warnings: string[] = [];
  const text = (type: string, more: string) =>
    `input: "data" input_shape { dim: 1 dim: 3 dim: 8 dim: 8 }
    layer { name: "conv" type: "${type}" bottom: "data" top: "conv" ${more}
      convolution_param { num_output: 2 kernel_size: 3 weight_filler { type: "constant" value: 1 } } }`;
  const graphOf = (type: string, more = "") =>
    convert({ bytes: new TextEncoder().encode(text(type, more)), name: "net.prototxt" }, {
      warn: (message) => warnings.push(message),
    }).graph;
  const few = "quantization_param { bw_layer_in: 8 bw_layer_out: 8 fl_params: 7 }";
  assert.deepEqual(graphOf("ConvolutionRistretto", few), graphOf("Convolution"));
  assert.deepEqual(warnings, [
    'layer "conv": its numbers are not rounded to few bits, as they are in Ristretto',
  ]);
});
