/**
 * A module of a page: it fine-tunes the network of the example, whose files are beside it.
 *
 * @module
 */
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { freshSymbols } from "../../examples/finetune/symbols.ts";
import { imagesOf, openNetwork, train } from "../../examples/finetune/train.ts";
import { checkBackend } from "../../lib/tf/mod.ts";

/** What a page learned, as values that a page can hand out. */
export interface Finetuned {
  readonly losses: readonly number[];
  /** The caffemodel in base64. */
  readonly caffemodel: string;
  /** The probabilities for the drawings of `freshSymbols(10, 3)`. */
  readonly answers: readonly number[];
}

/** Makes a few steps of training. */
export async function finetune(): Promise<Finetuned> {
  await tf.setBackend("cpu");
  await checkBackend();
  const read = async (name: string) => ({ bytes: await (await fetch(name)).bytes(), name });
  const network = openNetwork(await read("symbols.prototxt"), await read("digits.caffemodel"));
  const losses: number[] = [];
  await train(network, 3, (_, loss) => losses.push(loss));
  const { prob } = network.forward({ data: imagesOf(freshSymbols(10, 3)) });
  return {
    losses,
    caffemodel: (await network.saveCaffemodel()).toBase64(),
    answers: [...await prob!.data()],
  };
}
