/**
 * Teaches the network of `examples/digits` symbols in place of digits: what it knows of strokes
 * stays, its last layer is new.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { type NamedBytes, TfCaffeNetwork } from "../../lib/tf/mod.ts";
import { size } from "../digits/draw.ts";
import { seededRandom } from "../digits/random.ts";
import { freshSymbols, names, type SymbolDrawing } from "./symbols.ts";

/** How many drawings are seen at a step. */
const batch = 64;
/** Seeds from here on are for training; smaller ones are for tests. */
const firstSeed = 1000;

/** The network with the weights of the digits, and a last layer that knows nothing yet. */
export function openNetwork(prototxt: NamedBytes, digits: NamedBytes): TfCaffeNetwork {
  return TfCaffeNetwork.fromCaffe(prototxt, {
    caffemodel: digits,
    labels: names,
    preprocessing: { scale: greyScale },
    // The convolutions see strokes already.
    trainable: ["ip1", "symbols"],
    random: seededRandom(1),
  });
}

/** Black is 0, and white just under 1, as the digits were learned. */
const greyScale = 1 / 256;

/**
 * Learns from drawings that are made meanwhile.
 *
 * @param onStep Is told the loss before each step.
 */
export async function train(
  network: TfCaffeNetwork,
  steps: number,
  onStep: (step: number, loss: number) => void = () => {},
): Promise<void> {
  const adam = tf.train.adam(0.002);
  for (let step = 0; step < steps; step++) {
    const drawings = freshSymbols(batch, firstSeed + step);
    const data = imagesOf(drawings);
    const wanted = tf.oneHot(drawings.map(({ symbol }) => symbol), names.length);
    const loss = await network.learn(
      adam,
      { data },
      ({ symbols }) => tf.losses.softmaxCrossEntropy(wanted, symbols!),
      { outputs: ["symbols"] },
    );
    tf.dispose([data, wanted]);
    onStep(step + 1, loss);
  }
  adam.dispose();
}

/** The part of some drawings in which the network sees what was drawn. */
export async function accuracy(
  network: TfCaffeNetwork,
  drawings: readonly SymbolDrawing[],
): Promise<number> {
  const data = imagesOf(drawings);
  const { prob } = network.forward({ data });
  const best = tf.argMax(prob!, 1);
  const seen = await best.data();
  tf.dispose([data, prob!, best]);
  return drawings.filter(({ symbol }, i) => seen[i] === symbol).length / drawings.length;
}

/** The images as `[N, 1, H, W]`. */
export function imagesOf(drawings: readonly SymbolDrawing[]): tf.Tensor {
  const values = new Float32Array(drawings.length * size * size);
  for (const [i, { image }] of drawings.entries()) {
    values.set(Float32Array.from(image, (grey) => grey * greyScale), i * size * size);
  }
  return tf.tensor(values, [drawings.length, 1, size, size]);
}
