/**
 * Determines the preprocessing of a network: its data layer's, overridden by the caller's options.
 *
 * @module
 */
import type { Value } from "../runtime/graph.ts";
import type { Pair } from "../runtime/ops/attribute.ts";
import type { Preprocessing } from "../runtime/preprocess.ts";
import { type Shape, showShape, type Tensor } from "../runtime/tensor.ts";
import type { Net, NetLayer } from "./caffe/net.ts";
import { whyNoPicture } from "./check_preprocessing.ts";
import { dataLayerOf, warnOfOtherInputs, warnOfTraining } from "./data_layer.ts";
import { imageDataParam } from "./layers/bvlc/data.ts";
import { meanImageHint, resizeHint } from "./option_hints.ts";

/**
 * Preprocessing options; the network's file provides missing ones. Pictures are resized, then cropped;
 * then the mean is subtracted, and the result multiplied by the scale.
 */
export interface PreprocessingOptions {
  /** The order of the channels; `"bgr"` by default. */
  readonly channelOrder?: "bgr" | "rgb";
  /** The height and width that pictures are resized to, or the length of their shorter side. */
  readonly resize?: { readonly exact: Pair } | { readonly short: number };
  /** The height and width of the center crop. */
  readonly crop?: Pair;
  /** The mean to subtract: one number per channel, or one for all; not beside a mean image. */
  readonly mean?: readonly number[];
  /**
   * A mean image to subtract, as in a `.binaryproto`, `[1, C, H, W]`, or a grey one, `[H, W]`; or one
   * number per channel, `[C]`, `[C, 1, 1]` or `[1, C, 1, 1]`. If an image is larger than the input,
   * and neither a size nor a crop is known, pictures are resized to its size and cropped to the input.
   */
  readonly meanImage?: Tensor;
  /** The factor of the result. */
  readonly scale?: number;
}

/**
 * The preprocessing of a network whose first input is a picture, `null` for others.
 *
 * @param trained The network that provides the weights, if it is another one.
 * @param inputs The network's inputs.
 * @param warn Receives warnings of possible mistakes.
 * @throws {TypeError} if no picture can be prepared with the caller's options.
 */
export function preprocessingOf(
  net: Net,
  trained: Net | undefined,
  inputs: readonly Value[],
  options: PreprocessingOptions,
  warn: (message: string) => void,
): Preprocessing | null {
  const [first] = inputs, input = first?.shape;
  if (input?.length !== 4 || (input[1] !== 1 && input[1] !== 3)) {
    if (Object.keys(options).length > 0) {
      warn(
        "the preprocessing options (mean, scale, size and channel order) have no effect: the " +
          `network's first input is ${input ? showShape(input) : "missing"}, not a picture`,
      );
    }
    return null;
  }
  const source = dataLayerOf(net, first!.name);
  const transform = source?.transform;
  const given = givenMean(options);
  if (source === undefined) {
    const isGiven = { mean: given !== undefined, scale: options.scale !== undefined };
    warnOfTraining(net, trained, isGiven, warn);
  } else warnOfOtherInputs(net, source, inputs.map(({ name }) => name), warn);
  const { mean, meanImage } = given ?? { mean: transform?.meanValues ?? [], meanImage: null };
  if (transform?.meanFile && given === undefined) {
    warn(
      `the network subtracts the mean image "${transform.meanFile}" from "${first!.name}"; ` +
        `set it with ${meanImageHint}`,
    );
  }
  const told = options.resize ??
    resizeOf(source ?? net.layers.find(({ type }) => type === "ImageData"), warn);
  const sizes = { resize: told, crop: options.crop ?? transform?.crop ?? null };
  const preprocessing: Preprocessing = {
    channelOrder: options.channelOrder ?? "bgr",
    ...completed(sizes, meanImage, input, warn),
    mean,
    scale: options.scale ?? transform?.scale ?? 1,
    meanImage,
  };
  const reason = whyNoPicture(preprocessing, input.slice(1));
  if (reason !== undefined) {
    // With only the file's settings, this is just a warning: arrays can still be fed.
    if (Object.keys(options).length === 0) warn(`pictures cannot be fed: ${reason}`);
    else throw new TypeError(`Cannot prepare pictures: ${reason}`);
  }
  return preprocessing;
}

/**
 * The preprocessing with another mean image.
 *
 * @param input The shape of the network's first input.
 * @throws {TypeError} if it does not cover the input.
 */
export function withMeanImage(known: Preprocessing, image: Tensor, input: Shape): Preprocessing {
  const means = meanIn(image);
  const changed = { ...known, ...completed(known, means.meanImage, input), ...means };
  const reason = whyNoPicture(changed, input.slice(1));
  if (reason !== undefined) throw new TypeError(`Cannot prepare pictures: ${reason}`);
  return changed;
}

/** What is subtracted: one number per channel, or an image. */
type Mean = Pick<Preprocessing, "mean" | "meanImage">;

/** The caller's mean, if there is one. */
function givenMean({ mean, meanImage }: PreprocessingOptions): Mean | undefined {
  if (mean !== undefined) return { mean, meanImage: null };
  return meanImage && meanIn(meanImage);
}

/** The mean in an image that may have only one number per channel, or no axis for its only channel. */
function meanIn(image: Tensor): Mean {
  const { shape, data } = image;
  const isPicture = shape.length > 1 && shape.slice(-2).some((extent) => extent > 1);
  if (!isPicture) return { mean: [...data], meanImage: null };
  return { mean: [], meanImage: shape.length === 2 ? { shape: [1, ...shape], data } : image };
}

/** The size that a data layer resizes pictures to. */
function resizeOf(
  layer: NetLayer | undefined,
  warn: (message: string) => void,
): Preprocessing["resize"] {
  const { mode, size } = layer?.transform?.resize ?? {};
  if (mode === "WARP") return { exact: size! };
  if (mode === "FIT_SMALL_SIZE" && size![0] === size![1]) return { short: size![0] };
  if (mode !== undefined) {
    warn(
      `the network's pictures keep their aspect ratio when they are resized (${mode}), which is not ` +
        `supported: resize them before, or set the size with ${resizeHint}`,
    );
  }
  if (layer?.type !== "ImageData") return null;
  const { new_height, new_width } = layer.param(imageDataParam);
  return new_height > 0 && new_width > 0 ? { exact: [new_height, new_width] } : null;
}

/** The sizes to resize and to crop to; those that are not known follow from the other and the mean. */
function completed(
  known: Pick<Preprocessing, "resize" | "crop">,
  meanImage: Tensor | null,
  input: Shape,
  warn?: (message: string) => void,
): Pick<Preprocessing, "resize" | "crop"> {
  const crop = known.crop ?? (known.resize ? null : cropFor(meanImage, input));
  return { resize: known.resize ?? resizeFor(crop, meanImage, warn), crop };
}

/** The crop, if only a mean image is known: one larger than the input is that of uncropped pictures. */
function cropFor(meanImage: Tensor | null, [, , height, width]: Shape): Pair | null {
  const [rows = 0, columns = 0] = meanImage?.shape.slice(-2) ?? [];
  const isLarger = rows >= height! && columns >= width! && (rows > height! || columns > width!);
  return isLarger ? [height!, width!] : null;
}

/** The size to resize to, if only the crop is known. */
function resizeFor(
  crop: Pair | null,
  meanImage: Tensor | null,
  warn: (message: string) => void = () => {},
): Preprocessing["resize"] {
  if (crop === null) return null;
  // A mean image has the size of the database's pictures.
  if (meanImage !== null) return { exact: meanImage.shape.slice(-2) as [number, number] };
  warn(
    `pictures are resized to ${crop[0]}×${crop[1]}, the size of the crop; if in training they ` +
      `were resized to a larger size before the crop, set that size with ${resizeHint}`,
  );
  return { exact: crop };
}
