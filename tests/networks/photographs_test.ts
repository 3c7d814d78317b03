/**
 * SqueezeNet with trained weights on photographs, against Caffe's predictions.
 */
import assert from "node:assert/strict";
import { decodeImage } from "../../cli/images.ts";
import { convert } from "../../lib/convert.ts";
import { type WeightsType, writeBundle } from "../../lib/emit/bundle.ts";
import { largest } from "../../runtime/largest.ts";
import { Network } from "../../runtime/network.ts";
import { preprocess } from "../../runtime/preprocess.ts";
import { readNpz } from "../golden.ts";
import { hasGpu } from "../gpu.ts";
import { hasShared, shared } from "../shared.ts";

const ignore = !hasGpu || !hasShared("images/squeezenet_v1.0_inputs.npz");
const batch = 10;
const [channels, side] = [3, 227];

/** Caffe's prediction for a picture, and its true class. */
interface Prediction {
  readonly file: string;
  readonly label: number;
  readonly top5: readonly number[];
}

function bundleOf(weights: WeightsType): Blob {
  const read = (name: string) => ({
    bytes: Deno.readFileSync(new URL(`models/squeezenet_v1.0/${name}`, shared)),
    name,
  });
  const model = convert(read("deploy.prototxt"), {
    caffemodel: read("squeezenet_v1.0.caffemodel"),
    preprocessing: { mean: [104, 117, 123] },
  });
  return new Blob([...writeBundle(model, { weights })]);
}

/** The five best classes of each sample. */
async function classify(network: Network, samples: readonly Float32Array[]): Promise<number[][]> {
  const answers: number[][] = [];
  for (let start = 0; start < samples.length; start += batch) {
    const data = new Float32Array(samples.slice(start, start + batch).flatMap((s) => [...s]));
    const { prob } = await network.run({ data });
    const classes = prob!.data.length / prob!.shape[0]!;
    for (let i = 0; i < prob!.shape[0]!; i++) {
      const one = prob!.data.subarray(i * classes, (i + 1) * classes);
      answers.push(largest(one, 5).map(({ index }) => index));
    }
  }
  return answers;
}

/** The numbers of pictures whose true class is the best one, and among the best five. */
function score(answers: readonly number[][], predictions: readonly Prediction[]) {
  const correct = (top: number) =>
    answers.filter((best, i) => best.slice(0, top).includes(predictions[i]!.label)).length;
  return { top1: correct(1), top5: correct(5) };
}

Deno.test({
  name: "SqueezeNet predicts the same classes as Caffe, from pixels and from files",
  ignore,
  async fn() {
    const predictions: Prediction[] = JSON.parse(
      Deno.readTextFileSync(new URL("images/squeezenet_v1.0_predictions.json", shared)),
    );
    const network = await Network.load(bundleOf("float32"));
    const exact = await samples(predictions.length);
    const answers = await classify(network, exact);
    assert.deepEqual(answers.map(([best]) => best), predictions.map(({ top5 }) => top5[0]));
    assert.deepEqual(score(answers, predictions), { top1: 27, top5: 34 });

    const files = await Promise.all(predictions.map(async ({ file }) => {
      const image = await decodeImage(Deno.readFileSync(new URL(`images/${file}`, shared)), file);
      return preprocess(image, network.preprocessing!, [channels, side, side]);
    }));
    const fromFiles = await classify(network, files);
    const same = fromFiles.filter(([best], i) => best === predictions[i]!.top5[0]).length;
    assert(same >= 38, `only ${same} of the files have Caffe's prediction`);
    network.destroy();
  },
});

for (const [weights, most] of [["float16", 900_000], ["int8", 700_000]] as const) {
  Deno.test({
    name: `SqueezeNet with ${weights} weights has at most ${most / 1000} kB, and predicts 39 of ` +
      "40 classes as with float32",
    ignore,
    async fn() {
      const inputs = await samples(40);
      const bundles = [bundleOf("float32"), bundleOf(weights)];
      assert(bundles[1]!.size <= most, `it has ${bundles[1]!.size} bytes`);
      const [exact, rounded] = await Promise.all(bundles.map(async (bundle) => {
        const network = await Network.load(bundle);
        const answers = await classify(network, inputs);
        network.destroy();
        return answers.map(([best]) => best);
      }));
      const same = rounded!.filter((best, i) => best === exact![i]).length;
      assert(same >= 39, `only ${same} of 40 have the prediction of float32`);
    },
  });
}

/** The first inputs of the recorded predictions. */
async function samples(count: number): Promise<Float32Array[]> {
  const arrays = await readNpz(new URL("images/squeezenet_v1.0_inputs.npz", shared));
  const [pixels] = arrays.values();
  return Array.from({ length: count }, (_, i) => fromPixels(pixels!.data, i));
}

/** A sample of pixels `[N, side, side, BGR]` minus the mean. */
function fromPixels(pixels: Float32Array, sample: number): Float32Array {
  const mean = [104, 117, 123];
  const plane = side * side;
  return Float32Array.from({ length: channels * plane }, (_, i) => {
    const c = Math.floor(i / plane);
    return pixels[(sample * plane + i % plane) * channels + c]! - mean[c]!;
  });
}
