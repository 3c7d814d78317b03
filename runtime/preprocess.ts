/**
 * Preprocessing: converts a picture to the input of a network.
 *
 * Wrong means, channel order or resizing are the most frequent reasons for bad results of a good
 * network. So the steps are Caffe's, in its order and with its rounding: grey or colour, resize, crop,
 * subtract the mean, scale.
 *
 * @module
 */
import type { Pair } from "./ops/attribute.ts";
import { showArgument } from "./show_argument.ts";
import { resizeBilinear } from "./resize.ts";
import { count, type Shape, showShape, type Tensor } from "./tensor.ts";

/** The preprocessing of a picture, in this order: resize, crop, subtract the mean, scale. */
export interface Preprocessing {
  /** The order of the channels; Caffe's networks nearly always have BGR. */
  readonly channelOrder: "bgr" | "rgb";
  /**
   * The height and width that the picture is resized to, or the length of its shorter side, which
   * keeps the aspect ratio. With `null`, pictures are resized to the network's input, unless there is
   * a crop.
   */
  readonly resize: { readonly exact: Pair } | { readonly short: number } | null;
  /** The height and width of the center crop, or `null` for none. */
  readonly crop: Pair | null;
  /** The mean to subtract, in channel order: one number per channel, one for all, or none. */
  readonly mean: readonly number[];
  /** The factor of the result. */
  readonly scale: number;
  /**
   * A mean image to subtract, `[C, H, W]` or `[1, C, H, W]`, with its channels in the network's
   * order. A larger one is center-cropped.
   */
  readonly meanImage: Tensor | null;
}

/** A picture: RGBA bytes row by row, as in a browser's `ImageData`. */
export interface Image {
  /** Pixels in a row. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** Four bytes a pixel. */
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** A picture whose numbers may be in any array-like. */
export interface Picture extends Omit<Image, "data"> {
  /** RGBA, four numbers from 0 to 255 a pixel. */
  readonly data: ArrayLike<number>;
}

/** The shape of a sample. */
type Sample = readonly [channels: number, height: number, width: number];

/** A picture with the network's number of channels, interleaved. */
interface Pixels {
  readonly size: Pair;
  readonly data: Uint8Array | Uint8ClampedArray;
}

/**
 * Converts a picture to one sample for a network, `[C, H, W]`.
 *
 * For a network of one channel, colours are converted to grey as OpenCV does. Alpha is ignored.
 *
 * @param shape The channels (1 or 3), height and width of the network's input, without its batch:
 * `network.inputs[0].shape.slice(1)`.
 * @throws {TypeError} if the preprocessing cannot give that shape, or the picture is malformed.
 *
 * @example
 * ```ts
 * import { preprocess } from "./preprocess.ts";
 *
 * const image = { width: 1, height: 1, data: new Uint8Array([255, 128, 0, 255]) };
 * preprocess(image, {
 *   channelOrder: "bgr",
 *   resize: null,
 *   crop: null,
 *   mean: [104, 117, 123],
 *   scale: 1,
 *   meanImage: null,
 * }, [3, 1, 1]); // [-104, 11, 132]
 * ```
 */
export function preprocess(
  image: Picture,
  preprocessing: Preprocessing,
  shape: Shape,
): Float32Array<ArrayBuffer> {
  check(image, preprocessing, shape);
  const [channels, height, width] = shape as Sample;
  const pixels: Pixels = {
    size: [image.height, image.width],
    data: channels === 1 ? grey(image) : colours(image, preprocessing.channelOrder),
  };
  const size = resizedSize(pixels.size, preprocessing, [height, width]);
  const resized = { size, data: resizeBilinear(pixels.data, channels, pixels.size, size) };
  const crop = preprocessing.crop ?? size;
  if (crop[0] > size[0] || crop[1] > size[1]) {
    refuse(`its size ${showShape(size)} is too small to cut ${showShape(crop)} from it`);
  }
  if (crop[0] !== height || crop[1] !== width) {
    refuse(`it becomes ${showShape(crop)}, but the network's input is ${showShape(shape)}`);
  }
  const planes = split(resized, channels, crop);
  return preprocessing.meanImage
    ? subtractImage(planes, preprocessing, [channels, height, width])
    : subtractMean(planes, preprocessing, channels);
}

function check(
  { width, height, data }: Picture,
  { mean, meanImage }: Preprocessing,
  shape: Shape,
): void {
  if (shape.length !== 3) refuse(`the shape ${showShape(shape)} is not [C, H, W]`);
  // Elements of a page, such as <img> and <canvas>, have a size, but no pixels.
  if (!data || (data as Partial<Float32Array>).BYTES_PER_ELEMENT! > 1) {
    refuse(`its pixels are ${showArgument(data)}, not bytes`);
  }
  if (!(width > 0 && height > 0) || data.length !== width * height * 4) {
    refuse(`its size ${showShape([height, width])} does not go with ${data.length} bytes of RGBA`);
  }
  const [channels] = shape;
  if (channels !== 1 && channels !== 3) {
    refuse(
      `the network's input ${showShape(shape)} has ${channels} channels, but only 1 or 3 work`,
    );
  }
  if (mean.length > 1 && mean.length !== channels) {
    refuse(`there are ${mean.length} means for ${channels} channels`);
  }
  if (mean.length > 0 && meanImage) {
    refuse(
      "there is both a mean for each channel and a mean image, but only one can be subtracted",
    );
  }
}

function grey({ data }: Picture): Uint8Array {
  const result = new Uint8Array(data.length / 4);
  for (let i = 0, from = 0; i < result.length; i++, from += 4) {
    // OpenCV's weights 0.299, 0.587 and 0.114 in fixed point, in units of 2⁻¹⁴.
    result[i] = (data[from]! * 4899 + data[from + 1]! * 9617 + data[from + 2]! * 1868 + 8192) >> 14;
  }
  return result;
}

function colours({ data }: Picture, order: "bgr" | "rgb"): Uint8Array {
  const result = new Uint8Array(data.length / 4 * 3);
  const [first, last] = order === "bgr" ? [2, 0] : [0, 2];
  for (let at = 0, from = 0; at < result.length; at += 3, from += 4) {
    result[at] = data[from + first]!;
    result[at + 1] = data[from + 1]!;
    result[at + 2] = data[from + last]!;
  }
  return result;
}

/** The height and width that a picture is resized to before the crop. */
export function resizedSize(size: Pair, { resize, crop }: Preprocessing, input: Pair): Pair {
  if (!resize) return crop ? size : input;
  if ("exact" in resize) return resize.exact;
  const ratio = resize.short / Math.min(...size);
  return [Math.round(size[0] * ratio), Math.round(size[1] * ratio)];
}

/** The center crop of a picture, in planar order `[C, H, W]`. */
function split({ size, data }: Pixels, channels: number, crop: Pair): Uint8Array {
  const [top, left] = middle(size, crop);
  const result = new Uint8Array(channels * count(crop));
  for (let channel = 0, at = 0; channel < channels; channel++) {
    for (let y = 0; y < crop[0]; y++) {
      let from = ((top + y) * size[1] + left) * channels + channel;
      for (let x = 0; x < crop[1]; x++, from += channels) result[at++] = data[from]!;
    }
  }
  return result;
}

/** The top and left of a center crop. */
export function middle(size: Pair, crop: Pair): Pair {
  return [Math.floor((size[0] - crop[0]) / 2), Math.floor((size[1] - crop[1]) / 2)];
}

function subtractMean(
  planes: Uint8Array,
  { mean, scale }: Preprocessing,
  channels: number,
): Float32Array<ArrayBuffer> {
  const result = new Float32Array(planes.length);
  const plane = planes.length / channels;
  for (let channel = 0; channel < channels; channel++) {
    const own = Math.fround(mean[channel] ?? mean[0] ?? 0);
    /** What each byte becomes. */
    const values = Float32Array.from({ length: 256 }, (_, byte) => Math.fround(byte - own))
      .map((x) => x * Math.fround(scale));
    const end = (channel + 1) * plane;
    for (let i = channel * plane; i < end; i++) result[i] = values[planes[i]!]!;
  }
  return result;
}

function subtractImage(
  planes: Uint8Array,
  { meanImage, scale }: Preprocessing,
  [channels, ...crop]: Sample,
): Float32Array<ArrayBuffer> {
  const { shape, data } = meanImage!;
  const [meanChannels, height, width] = shape.length === 4 && shape[0] === 1
    ? shape.slice(1)
    : shape.length === 3
    ? shape
    : [];
  if (meanChannels !== channels || height! < crop[0] || width! < crop[1]) {
    refuse(`the mean image ${showShape(shape)} does not cover ${showShape([channels, ...crop])}`);
  }
  const [top, left] = middle([height!, width!], crop);
  const factor = Math.fround(scale);
  const result = new Float32Array(planes.length);
  for (let channel = 0, at = 0; channel < channels; channel++) {
    for (let y = 0; y < crop[0]; y++) {
      const row = (channel * height! + top + y) * width! + left;
      for (let x = 0; x < crop[1]; x++, at++) {
        result[at] = Math.fround(planes[at]! - data[row + x]!) * factor;
      }
    }
  }
  return result;
}

function refuse(state: string): never {
  throw new TypeError(`Cannot prepare the image: ${state}`);
}
