/**
 * Reads pictures, and preprocesses them for networks.
 *
 * @module
 */
import { oversample } from "../lib/oversample.ts";
import { type Image, preprocess, type Preprocessing } from "../runtime/preprocess.ts";
import { readFile } from "./files.ts";
import { decodeImage } from "./images.ts";

/** The path of a file, or something else that has a name. */
export type Named = string | { readonly name: string };

/** A picture: the path of a file, or an entry of a data set. */
export type Picture = string | DataSetPicture;

/** A picture of a data set, which training cropped to the input, but did not resize. */
export interface DataSetPicture {
  /** Its data set and key, for messages. */
  readonly name: string;
  /** Its pixels, or the bytes of a picture file. */
  readonly content: Image | Uint8Array;
  /** Whether its pixels have one channel only. */
  readonly isGrey: boolean;
}

/** The name of a picture or another sample, for messages. */
export function nameOf(picture: Named): string {
  return typeof picture === "string" ? picture : picture.name;
}

/**
 * The pixels of a picture.
 *
 * @throws {Error} that names it, if it cannot be read.
 */
export async function imageOf(picture: Picture): Promise<Image> {
  if (typeof picture === "string") return await decodeImage(await readFile(picture), picture);
  const { content, name } = picture;
  return content instanceof Uint8Array ? await decodeImage(content, name) : content;
}

/** The channels, height and width of an input. */
export type SampleShape = readonly [channels: number, height: number, width: number];

/**
 * Decodes and preprocesses a picture, to `[C, H, W]`.
 *
 * @param file The name of the file, for messages.
 * @throws {TypeError} that names the file, if it is no picture or does not suit the network.
 */
export async function readPicture(
  bytes: Uint8Array,
  file: string,
  preprocessing: Preprocessing,
  shape: SampleShape,
): Promise<Float32Array> {
  return prepare(await decodeImage(bytes, file), file, preprocessing, shape);
}

/**
 * Preprocesses a picture, to `[C, H, W]`, or its ten crops, to `[10, C, H, W]`.
 *
 * @param file The name of the file, for messages.
 * @throws {TypeError} that names the file, if it does not suit the network.
 */
export function prepare(
  image: Image,
  file: string,
  preprocessing: Preprocessing,
  shape: SampleShape,
  isOversampled = false,
): Float32Array {
  return withPictureInErrors(
    file,
    () => (isOversampled ? oversample : preprocess)(image, preprocessing, shape),
  );
}

/** Adds the name of the file to errors about a picture. */
export function withPictureInErrors<Result>(file: string, action: () => Result): Result {
  try {
    return action();
  } catch (cause) {
    const message = (cause as Error).message.replace("the image", () => file);
    throw new TypeError(message, { cause });
  }
}
