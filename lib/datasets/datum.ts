/**
 * Reads Datum, the message in which Caffe keeps a picture and its label.
 *
 * @see https://github.com/BVLC/caffe/blob/master/src/caffe/proto/caffe.proto
 * @module
 */
import { bool, bytes, floats, int32, message, readBinary } from "../../proto/mod.ts";
import type { Image } from "../../runtime/preprocess.ts";
import { count, showShape } from "../../runtime/tensor.ts";

const Datum = message("Datum", {
  channels: int32(1, 0),
  height: int32(2, 0),
  width: int32(3, 0),
  data: bytes(4),
  label: int32(5, 0),
  float_data: floats(6),
  encoded: bool(7, false),
});

/** A labelled picture of a data set. */
export interface LabelledImage {
  /** The number of its class. */
  readonly label: number;
  /** Its pixels, or the bytes of a picture file. */
  readonly image: Image | Uint8Array;
  /** Whether its pixels have one channel only. */
  readonly isGrey: boolean;
}

/**
 * A picture and its label. Three channels are taken for blue, green and red, as Caffe's tools write
 * them.
 *
 * @param where The name of the entry, for messages.
 * @throws {SyntaxError} if it is no Datum.
 * @throws {TypeError} if it holds no picture.
 */
export function readDatum(value: Uint8Array, where: string): LabelledImage {
  const datum = readBinary(value, where).read(Datum);
  const { channels, height, width, label, float_data, encoded } = datum;
  const { data = Uint8Array.from(float_data) } = datum;
  if (encoded) return { label, image: data, isGrey: false };
  const shape = [channels, height, width];
  const refuse = (reason: string) => {
    throw new TypeError(`Cannot read ${where}: ${reason}`);
  };
  // Caffe's `array_to_datum` writes a picture so, unless its array is of uint8.
  if (float_data.some((number, i) => number !== data[i])) {
    refuse("it holds numbers in float32 that are no bytes of a picture, whole and from 0 to 255");
  }
  if (shape.some((extent) => extent < 1)) refuse("it holds no picture");
  if (channels !== 1 && channels !== 3) {
    refuse(`it is ${showShape(shape)}, but pictures have one channel or three`);
  }
  if (data.length !== count(shape)) {
    refuse(`it is ${showShape(shape)}, but holds ${data.length} numbers`);
  }
  const image = { width, height, data: fromPlanes(data, channels) };
  return { label, image, isGrey: channels === 1 };
}

/** RGBA from the planes of blue, green and red, or of grey. */
function fromPlanes(data: Uint8Array, channels: number): Uint8Array {
  const plane = data.length / channels, pixels = new Uint8Array(4 * plane).fill(255);
  for (let at = 0; at < plane; at++) {
    for (let colour = 0; colour < 3; colour++) {
      pixels[4 * at + colour] = data[(channels === 3 ? 2 - colour : 0) * plane + at]!;
    }
  }
  return pixels;
}
