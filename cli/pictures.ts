/**
 * Pictures as networks want them.
 *
 * @module
 */
import { oversample } from "../lib/oversample.ts";
import { preprocess, type Preprocessing } from "../runtime/preprocess.ts";
import { decodeImage } from "./images.ts";

/**
 * The numbers of a picture's file, `[C, H, W]`.
 *
 * @param file What to call it in messages.
 * @param shape Channels, height and width of the input.
 * @throws {TypeError} that names the file, if it is no picture or does not suit the network.
 */
export function readPicture(...picture: PictureFile): Promise<Float32Array> {
  return prepare(preprocess, ...picture);
}

/** The numbers of its ten views, `[10, C, H, W]`. */
export function readViews(...picture: PictureFile): Promise<Float32Array> {
  return prepare(oversample, ...picture);
}

type PictureFile = readonly [
  bytes: Uint8Array,
  file: string,
  preprocessing: Preprocessing,
  shape: readonly [channels: number, height: number, width: number],
];

async function prepare(
  how: typeof oversample,
  ...[bytes, file, preprocessing, shape]: PictureFile
): Promise<Float32Array> {
  const image = await decodeImage(bytes, file);
  try {
    return how(image, preprocessing, shape);
  } catch (cause) {
    const message = (cause as Error).message.replace("the image", file);
    throw new TypeError(message, { cause });
  }
}
