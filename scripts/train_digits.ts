/**
 * Trains the model of `examples/digits/` and writes it, together with the sample drawings.
 *
 * The training drawings are generated on the fly, so that it needs no data set. It runs on the CPU for
 * three to four minutes, and the resulting files are reproducible.
 *
 * ```sh
 * deno task train-digits
 * ```
 *
 * @module
 */
import encodePng from "@jsquash/png/encode.js";
import "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { type Drawing, freshDrawings, size } from "../examples/digits/draw.ts";
import { inputOf } from "../examples/digits/input.ts";
import { seededRandom } from "../examples/digits/random.ts";
import { writeCaffemodel } from "../lib/caffe/write.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { LeNet } from "./digits/lenet.ts";
import { digitsNetwork } from "./digits/network.ts";
import { drawSamples } from "./digits/samples.ts";

const steps = 1600;
const batch = 64;
const folder = new URL("../examples/digits/", import.meta.url);

await tf.setBackend("wasm");
const lenet = new LeNet(seededRandom(1));
const coarse = tf.train.adam(0.001);
const fine = tf.train.adam(0.0001);
for (let step = 1; step <= steps; step++) {
  // Seeds from 1000 on are for training; smaller ones are for weights, samples and tests.
  const drawings = freshDrawings(batch, 1000 + step);
  const [images, digits] = [imagesOf(drawings), digitsOf(drawings)];
  const loss = lenet.learn(images, digits, step <= 0.7 * steps ? coarse : fine);
  if (step % 50 === 0) {
    const rate = await accuracy(freshDrawings(500, 2));
    const [value] = await loss.data();
    console.log(`step ${step} of ${steps}: loss ${value!.toFixed(3)}, accuracy ${percent(rate)}`);
  }
  tf.dispose([images, digits, loss]);
}
console.log(`accuracy ${percent(await accuracy(freshDrawings(1000, 3)))} on 1000 new drawings`);

const blobs: Record<string, readonly Tensor[]> = {};
for (const layer of ["conv1", "conv2", "ip1", "ip2"]) blobs[layer] = await lenet.blobs(layer);
await Deno.writeFile(
  new URL("digits.caffemodel", folder),
  writeCaffemodel(digitsNetwork(blobs)),
);
await Deno.mkdir(new URL("samples/", folder), { recursive: true });
for (const { name, image } of drawSamples()) {
  await Deno.writeFile(new URL(`samples/${name}.png`, folder), await png(image));
}
lenet.dispose();

/** The fraction of the drawings that is classified correctly. */
async function accuracy(drawings: readonly Drawing[]): Promise<number> {
  const images = imagesOf(drawings);
  const scores = lenet.scores(images);
  const best = tf.argMax(scores, 1);
  const predicted = await best.data();
  tf.dispose([images, scores, best]);
  return drawings.filter(({ digit }, i) => predicted[i] === digit).length / drawings.length;
}

/** The images as `[N, H, W, C]`. */
function imagesOf(drawings: readonly Drawing[]): tf.Tensor {
  return tf.tensor(inputOf(drawings), [drawings.length, size, size, 1]);
}

function digitsOf(drawings: readonly Drawing[]): tf.Tensor {
  return tf.tensor1d(drawings.map(({ digit }) => digit), "int32");
}

function png(image: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const data = new Uint8ClampedArray(4 * image.length);
  for (const [i, grey] of image.entries()) data.set([grey, grey, grey, 255], 4 * i);
  return encodePng(new ImageData(data, size, size)).then((bytes) => new Uint8Array(bytes));
}

function percent(part: number): string {
  return `${(100 * part).toFixed(1)} %`;
}
