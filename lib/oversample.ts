/**
 * Ten-crop oversampling: the crops over which Caffe's classifier averages.
 *
 * @module
 */
import {
  type Image,
  middle,
  preprocess,
  type Preprocessing,
  resizedSize,
} from "../runtime/preprocess.ts";
import type { Pair } from "../runtime/ops/attribute.ts";
import { count, showShape } from "../runtime/tensor.ts";

/** The number of crops. */
export const views = 10;

/**
 * The four corner crops and the center crop of a picture, then their mirror images: `[10, C, H,
 * W]`. Caffe's classifier averages the outputs over them, which is slightly more accurate than the
 * center crop alone.
 *
 * @param preprocessing How pictures become the input. The size after resizing must exceed the
 * input; a mean image is center-cropped for every crop.
 * @param shape The channels (1 or 3), height and width of the network's input.
 * @throws {TypeError} if there is nothing to crop, or the picture does not suit the network.
 *
 * @example
 * ```ts
 * import { oversample } from "../mod.ts";
 *
 * const data = Uint8Array.from({ length: 3 * 2 * 4 }, (_, i) => i);
 * const preprocessing = {
 *   channelOrder: "bgr",
 *   resize: { exact: [2, 3] },
 *   crop: [2, 2],
 *   mean: [],
 *   scale: 1,
 *   meanImage: null,
 * } as const;
 * oversample({ width: 3, height: 2, data }, preprocessing, [3, 2, 2]).length; // 10 × 3 × 2 × 2
 * ```
 */
export function oversample(
  image: Image,
  preprocessing: Preprocessing,
  shape: readonly [channels: number, height: number, width: number],
): Float32Array<ArrayBuffer> {
  const [channels, ...crop] = shape;
  const size = resizedSize([image.height, image.width], preprocessing, crop);
  if (size[0] < crop[0] || size[1] < crop[1] || count(size) === count(crop)) {
    throw new TypeError(
      `Cannot oversample the image: it is resized to ${showShape(size)}, but it must be larger ` +
        `than the input ${showShape(crop)}`,
    );
  }
  const whole = preprocess(image, { ...preprocessing, ...bare }, [channels, ...size]);
  const [bottom, right] = [size[0] - crop[0], size[1] - crop[1]];
  const starts: Pair[] = [[0, 0], [0, right], [bottom, 0], [bottom, right], middle(size, crop)];
  const each = count(shape);
  const result = new Float32Array(views * each);
  for (let view = 0; view < views; view++) {
    const start = starts[view % starts.length]!, isMirrored = view >= starts.length;
    const seen = cut({ data: whole, channels, size }, start, crop, isMirrored);
    const how = { ...preprocessing, channelOrder: "rgb", resize: null, crop: null } as const;
    result.set(preprocess(seen, how, shape), view * each);
  }
  return result;
}

/** Preprocessing that only resizes. */
const bare = { crop: null, mean: [], scale: 1, meanImage: null } as const;

/** A crop of a resized picture, as RGBA whose "red" is the first channel, whatever its colour. */
function cut(
  whole: { readonly data: Float32Array; readonly channels: number; readonly size: Pair },
  [top, left]: Pair,
  [height, width]: Pair,
  isMirrored: boolean,
): Image {
  const { data, channels, size } = whole;
  const pixels = new Uint8Array(height * width * 4);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to += 4) {
      const from = (top + y) * size[1] + left + (isMirrored ? width - 1 - x : x);
      // A grey picture's one channel becomes red, green and blue.
      for (let i = 0; i < 3; i++) pixels[to + i] = data[(i % channels) * count(size) + from]!;
    }
  }
  return { width, height, data: pixels };
}
