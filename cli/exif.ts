/**
 * Reads the orientation of pictures from EXIF data, and applies it.
 *
 * @module
 */
import type { Image } from "../runtime/preprocess.ts";

/** EXIF's orientation, from 1, which is upright, to 8. */
export type Orientation = number;

/** The orientation in EXIF data, which starts with a TIFF header. */
export function orientationIn(tiff: Uint8Array): Orientation | undefined {
  if (tiff.length < 8) return undefined;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const little = tiff[0] === 0x49;
  const directory = view.getUint32(4, little);
  if (directory + 2 > tiff.length) return undefined;
  const entries = view.getUint16(directory, little);
  for (let i = 0; i < entries; i++) {
    const entry = directory + 2 + i * 12;
    if (entry + 12 > tiff.length) return undefined;
    if (view.getUint16(entry, little) === 0x0112) return view.getUint16(entry + 8, little);
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
