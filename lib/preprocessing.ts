/**
 * Decides how pictures become the input of a network: what its data layer says, then what the
 * caller says.
 *
 * @module
 */
import type { Pair } from "../runtime/ops/attribute.ts";
import type { Preprocessing } from "../runtime/preprocess.ts";
import { type Shape, showShape, type Tensor } from "../runtime/tensor.ts";
import { whyNoPicture } from "./check_preprocessing.ts";
import type { Net, NetLayer } from "./caffe/net.ts";
import { imageDataParam } from "./layers/data.ts";
import { meanImageHint, resizeHint } from "./option_hints.ts";

/** What the caller says of pictures; whatever is left out is as the network's file says. */
export interface PreprocessingOptions {
  /** Which colour comes first: `"bgr"` unless said otherwise. */
  readonly channelOrder?: "bgr" | "rgb";
  /** The height and width that pictures are brought to, or the length of their shorter side. */
  readonly resize?: { readonly exact: Pair } | { readonly short: number };
  /** The height and width cut from the middle. */
  readonly crop?: Pair;
  /** What is subtracted: one number a channel, or one for all. */
  readonly mean?: readonly number[];
  /**
   * A picture to subtract, as a `.binaryproto` holds it: `[1, C, H, W]`; or one number a channel, as
   * `[C]`, `[C, 1, 1]` or `[1, C, 1, 1]`.
   */
  readonly meanImage?: Tensor;
  /** What the result is multiplied by. */
  readonly scale?: number;
}

/**
 * The preprocessing of a network whose first input is a picture, `null` for others.
 *
 * @param input The shape of the network's first input.
 * @param warn Is told what may be a mistake.
 * @throws {TypeError} if no picture can be prepared as the caller says.
 */
export function preprocessingOf(
  net: Net,
  input: Shape | undefined,
  options: PreprocessingOptions,
  warn: (message: string) => void,
): Preprocessing | null {
  if (input?.length !== 4 || (input[1] !== 1 && input[1] !== 3)) {
    if (Object.keys(options).length > 0) {
      warn(
        "what is said of pictures (their mean, scale, size and colours) has no effect: the " +
          `network's first input is ${input ? showShape(input) : "missing"}, no picture`,
      );
    }
    return null;
  }
  const source = net.layers.find((layer) => layer.transform !== undefined);
  const transform = source?.transform;
  const means = options.mean ?? meansIn(options.meanImage);
  const meanImage = means === undefined ? options.meanImage ?? null : null;
  const mean = means ?? (meanImage === null ? transform?.meanValues ?? [] : []);
  if (transform?.meanFile && meanImage === null && means === undefined) {
    warn(
      `the network subtracts the mean image "${transform.meanFile}"; give it with ${meanImageHint}`,
    );
  }
  const crop = options.crop ?? transform?.crop ?? null;
  const told = resizeOf(source ?? net.layers.find(({ type }) => type === "ImageData"));
  const resize = options.resize ?? told ?? resizeFor(crop, meanImage, warn);
  const preprocessing: Preprocessing = {
    channelOrder: options.channelOrder ?? "bgr",
    resize,
    crop,
    mean,
    scale: options.scale ?? transform?.scale ?? 1,
    meanImage,
  };
  const reason = whyNoPicture(preprocessing, input.slice(1));
  if (reason !== undefined) {
    // What the file alone says stops nobody from feeding arrays.
    if (Object.keys(options).length === 0) warn(`pictures cannot be fed: ${reason}`);
    else throw new TypeError(`Cannot prepare pictures: ${reason}`);
  }
  return preprocessing;
}

/** One number a channel, where that is all that there is of a mean image. */
function meansIn(image: Tensor | undefined): readonly number[] | undefined {
  if (image === undefined) return undefined;
  const { shape, data } = image;
  const isPicture = shape.length > 1 && shape.slice(-2).some((extent) => extent > 1);
  return isPicture ? undefined : [...data];
}

/** The size that a data layer says it brings pictures to. */
function resizeOf(layer: NetLayer | undefined): Preprocessing["resize"] {
  if (layer?.transform?.resize !== undefined) return { exact: layer.transform.resize };
  if (layer?.type !== "ImageData") return null;
  const { new_height, new_width } = layer.param(imageDataParam);
  return new_height > 0 && new_width > 0 ? { exact: [new_height, new_width] } : null;
}

/** What a picture is brought to before it is cropped, where only the crop is known. */
function resizeFor(
  crop: Pair | null,
  meanImage: Tensor | null,
  warn: (message: string) => void,
): Preprocessing["resize"] {
  if (crop === null) return null;
  // The mean was taken over the pictures of the database, which all had its size.
  if (meanImage !== null) return { exact: meanImage.shape.slice(-2) as [number, number] };
  warn(
    `pictures are brought to ${crop[0]}×${crop[1]}, the size of the crop; if they were larger ` +
      `before it in training, say so with ${resizeHint}`,
  );
  return { exact: crop };
}

/** Whether pictures in colour are fed as they are, of which few networks make sense. */
export function isRaw(
  channels: number | undefined,
  { mean, scale }: Pick<Preprocessing, "mean" | "scale">,
  hasMeanImage: boolean,
): boolean {
  return channels === 3 && mean.length === 0 && !hasMeanImage && scale === 1;
}
