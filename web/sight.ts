/**
 * Turns what a network is shown into its inputs.
 *
 * @module
 */
/// <reference lib="dom" />
import type { Model } from "../lib/model.ts";
import { givenInputs } from "../runtime/graph.ts";
import { type Image, preprocess } from "../runtime/preprocess.ts";
import { count, type Tensor } from "../runtime/tensor.ts";
import type { Sight } from "./messages.ts";

/** One sample for each input of a model. */
export async function inputsFrom(sight: Sight, model: Model): Promise<Record<string, Tensor>> {
  const inputs = givenInputs(model.graph);
  if (sight === "noise") {
    return Object.fromEntries(
      inputs.map(({ name, shape }) => [name, { shape, data: noise(shape) }]),
    );
  }
  const [, ...sizes] = inputs[0]!.shape;
  const shape = sizes as [channels: number, height: number, width: number];
  const data = preprocess(await pixelsOf(sight), model.preprocessing!, shape);
  return { [inputs[0]!.name]: { shape: [1, ...shape], data } };
}

/** The pixels of a picture as its file has them, whatever the screen's colours are. */
async function pixelsOf(sight: Blob | ImageBitmap | Image): Promise<Image> {
  if ("data" in sight) return sight;
  const bitmap = sight instanceof Blob ? await decode(sight) : sight;
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext("2d", {
    willReadFrequently: true,
  })!;
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return context.getImageData(0, 0, width, height);
}

async function decode(file: Blob): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(file, {
      colorSpaceConversion: "none",
      premultiplyAlpha: "none",
    });
  } catch (cause) {
    const name = file instanceof File ? file.name : "the picture";
    throw new Error(`Cannot read ${name}: it is damaged, or no picture that this browser knows`, {
      cause,
    });
  }
}

/** Even numbers between −1 and 1, always the same ones. */
function noise(shape: readonly number[]): Float32Array<ArrayBuffer> {
  let state = 1;
  return Float32Array.from({ length: count(shape) }, () => {
    state = Math.imul(state, 1664525) + 1013904223 | 0;
    return state / 2 ** 31;
  });
}
