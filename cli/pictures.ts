/**
 * Pictures as networks want them.
 *
 * @module
 */
import { oversample } from "../lib/oversample.ts";
import { type Image, preprocess, type Preprocessing } from "../runtime/preprocess.ts";
import { decodeImage } from "./images.ts";

/** The channels, height and width of an input. */
export type Sample = readonly [channels: number, height: number, width: number];

/**
 * The numbers of a picture's file, `[C, H, W]`.
 *
 * @param file What to call it in messages.
 * @throws {TypeError} that names the file, if it is no picture or does not suit the network.
 */
export async function readPicture(
  bytes: Uint8Array,
  file: string,
  preprocessing: Preprocessing,
  shape: Sample,
): Promise<Float32Array> {
  return prepare(await decodeImage(bytes, file), file, preprocessing, shape);
}

/**
 * The numbers of a picture, `[C, H, W]`, or of its ten views, `[10, C, H, W]`.
 *
 * @param file What to call it in messages.
 * @throws {TypeError} that names the file, if it does not suit the network.
 */
export function prepare(
  image: Image,
  file: string,
  preprocessing: Preprocessing,
  shape: Sample,
  isOversampled = false,
): Float32Array {
  return naming(file, () => (isOversampled ? oversample : preprocess)(image, preprocessing, shape));
}

/** Lets the errors of preparing a picture name its file. */
export function naming<Result>(file: string, action: () => Result): Result {
  try {
    return action();
  } catch (cause) {
    const message = (cause as Error).message.replace("the image", () => file);
    throw new TypeError(message, { cause });
  }
}
