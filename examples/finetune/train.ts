/**
 * Fine-tunes the network of `examples/digits` on symbols instead of digits: the convolutions are
 * kept, and the last layer is new.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { type NamedBytes, TfCaffeNetwork } from "../../lib/tf/mod.ts";
import { size } from "../digits/draw.ts";
import { greyScale, inputOf } from "../digits/input.ts";
import { seededRandom } from "../digits/random.ts";
import { freshSymbols, names, type SymbolDrawing } from "./symbols.ts";

/** The batch size. */
const batch = 64;
/** Seeds from here on are for training; smaller ones are for tests. */
const firstSeed = 1000;

/** The network with the weights for digits, and an untrained last layer. */
export function openNetwork(prototxt: NamedBytes, digits: NamedBytes): TfCaffeNetwork {
  return TfCaffeNetwork.fromCaffe(prototxt, {
    caffemodel: digits,
    labels: names,
    // As in the training on digits.
    preprocessing: { scale: greyScale },
    // The convolutions detect strokes, which digits and symbols have in common.
    trainable: ["ip1", "symbols"],
    random: seededRandom(1),
  });
}

/**
 * Trains on drawings that are generated on the fly.
 *
 * @param onStep Receives the number of each step, and the loss before it.
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
    const targets = tf.oneHot(drawings.map(({ symbol }) => symbol), names.length);
    const loss = await network.learn(
      adam,
      { data },
      ({ symbols }) => tf.losses.softmaxCrossEntropy(targets, symbols!),
      { outputs: ["symbols"] },
    );
    tf.dispose([data, targets]);
    onStep(step + 1, loss);
  }
  adam.dispose();
}

/** The fraction of drawings that is classified correctly. */
export async function accuracy(
  network: TfCaffeNetwork,
  drawings: readonly SymbolDrawing[],
): Promise<number> {
  const data = imagesOf(drawings);
  const { prob } = network.forward({ data });
  const best = tf.argMax(prob!, 1);
  const predicted = await best.data();
  tf.dispose([data, prob!, best]);
  return drawings.filter(({ symbol }, i) => predicted[i] === symbol).length / drawings.length;
}

/** The images as `[N, 1, H, W]`. */
export function imagesOf(drawings: readonly SymbolDrawing[]): tf.Tensor {
  return tf.tensor(inputOf(drawings), [drawings.length, 1, size, size]);
}
