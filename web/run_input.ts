/**
 * Converts a picture, a camera frame, a drawing or noise to the inputs of a network.
 *
 * @module
 */
/// <reference lib="dom" />
import { type Part, partSeen, whole } from "../lib/answers/part.ts";
import { inputsFor } from "../lib/answers/regions.ts";
import type { Task } from "../lib/answers/task_kinds.ts";
import type { Model } from "../lib/model.ts";
import { noise } from "../lib/noise.ts";
import { givenInputs, type Value } from "../runtime/graph.ts";
import type { Pair } from "../runtime/ops/attribute.ts";
import { type Image, preprocess } from "../runtime/preprocess.ts";
import type { Tensor } from "../runtime/tensor.ts";
import type { RunInput } from "./messages.ts";

/** The picture that a network sees. */
export interface Seen {
  /** The height and width of the picture. */
  readonly size: Pair;
  /** The part of the picture that the network sees. */
  readonly part: Part;
}

/** The tensors of one sample, and the part of the picture that they show. */
export interface PreparedInput {
  readonly inputs: Record<string, Tensor>;
  readonly seen: Seen;
}

/** Makes the inputs of a model. */
export async function prepareInput(
  input: RunInput,
  model: Model,
  task: Task,
): Promise<PreparedInput> {
  const values = givenInputs(model.graph);
  if (input === "noise") {
    const tensors = values.map(({ name, shape }) => [name, noise(shape, 1)] as const);
    return { inputs: Object.fromEntries(tensors), seen: { size: [1, 1], part: whole } };
  }
  const preprocessing = model.preprocessing!, image = await pixelsOf(input);
  const size = [image.height, image.width] as const;
  if (task.kind === "detection" && task.form === "regions") {
    return { inputs: inputsFor(image, preprocessing, task), seen: { size, part: whole } };
  }
  const [{ name, shape: [, ...sizes] }] = values as [Value];
  const shape = sizes as [channels: number, height: number, width: number];
  const data = preprocess(image, preprocessing, shape);
  return {
    inputs: { [name]: { shape: [1, ...shape], data } },
    seen: { size, part: partSeen(size, preprocessing, [shape[1], shape[2]]) },
  };
}

/** The pixels of a picture, without conversion to the screen's colour space. */
async function pixelsOf(input: Blob | ImageBitmap | Image): Promise<Image> {
  if ("data" in input) return input;
  const bitmap = input instanceof Blob ? await decode(input) : input;
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
    throw new Error(
      `Cannot read ${name}: it is damaged, or no picture in a format that this browser supports`,
      { cause },
    );
  }
}
