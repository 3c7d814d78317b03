/**
 * Reads the orientation of pictures from EXIF data, and applies it.
 *
 * @module
 */
import type { Image } from "../runtime/preprocess.ts";

/** EXIF's orientation, from 1, which is upright, to 8. */
export type Orientation = number;

/** The bytes of an entry: its tag, type, count and, at 8, its value. */
const entrySize = 12;
/** The tag of the orientation. */
const orientationTag = 0x0112;

/**
 * The orientation in EXIF data. It starts with a TIFF header, `II` or `MM` for the order of bytes and
 * the offset of a directory, which is the number of its entries, and these.
 */
export function orientationIn(tiff: Uint8Array): Orientation | undefined {
  if (tiff.length < 8) return undefined;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const isLittleEndian = tiff[0] === "I".charCodeAt(0);
  const directory = view.getUint32(4, isLittleEndian);
  if (directory + 2 > tiff.length) return undefined;
  const entries = view.getUint16(directory, isLittleEndian);
  for (let i = 0; i < entries; i++) {
    const entry = directory + 2 + i * entrySize;
    if (entry + entrySize > tiff.length) return undefined;
    if (view.getUint16(entry, isLittleEndian) === orientationTag) {
      return view.getUint16(entry + 8, isLittleEndian);
    }
  }
  return undefined;
}

/** Rotates or mirrors a picture upright. From orientation 5 on, rows and columns are transposed. */
export function upright(image: Image, orientation: Orientation): Image {
  if (!(orientation >= 2 && orientation <= 8)) return image;
  const { width, height } = image;
  const isTransposed = orientation > 4;
  const fromRight = [2, 3, 7, 8].includes(orientation);
  const fromBottom = [3, 4, 6, 7].includes(orientation);
  const from = new Uint32Array(Uint8Array.from(image.data).buffer);
  const to = new Uint32Array(from.length);
  const [rows, columns] = isTransposed ? [width, height] : [height, width];
  for (let y = 0, at = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++, at++) {
      const [across, down] = isTransposed ? [y, x] : [x, y];
      const column = fromRight ? width - 1 - across : across;
      to[at] = from[(fromBottom ? height - 1 - down : down) * width + column]!;
    }
  }
  return { width: columns, height: rows, data: new Uint8ClampedArray(to.buffer) };
}
