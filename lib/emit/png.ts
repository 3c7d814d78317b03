/**
 * Writes a class map as an indexed PNG: one byte per pixel, the class, with a palette for display. This
 * is the format of PASCAL VOC. Pillow and OpenCV (`IMREAD_UNCHANGED`) read it.
 *
 * @see https://www.w3.org/TR/png-3/
 * @module
 */
import { zlibSync } from "fflate";
import { crc32 } from "../../runtime/bundle/crc32.ts";
import type { ClassMap } from "../answers/class_map.ts";
import { palette, unseenClass } from "../answers/palette.ts";

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/**
 * The bytes of a map's file. Pixels that the network did not cover are 255.
 *
 * @throws {RangeError} if a class does not fit in a byte.
 */
export function writeMap({ width, height, classes }: ClassMap): Uint8Array<ArrayBuffer>[] {
  const rows = new Uint8Array((width + 1) * height);
  for (let y = 0, at = 0; y < height; y++) {
    // Each row begins with its filter, 0 for none.
    const start = (width + 1) * y + 1;
    for (let x = 0; x < width; x++, at++) {
      const index = classes[at]!;
      if (index >= unseenClass) {
        throw new RangeError(
          `Cannot write the class map: it has a class ${index}, but classes must be below ` +
            unseenClass,
        );
      }
      rows[start + x] = index < 0 ? unseenClass : index;
    }
  }
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width);
  header.setUint32(4, height);
  // A bit depth of 8, and indexed color.
  header.setUint8(8, 8);
  header.setUint8(9, 3);
  return [
    signature,
    chunk("IHDR", new Uint8Array(header.buffer)),
    chunk("PLTE", palette),
    chunk("IDAT", zlibSync(rows, { level: 9 }) as Uint8Array<ArrayBuffer>),
    chunk("IEND", new Uint8Array()),
  ];
}

function chunk(type: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(data.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(data, 8);
  view.setUint32(data.length + 8, crc32(bytes.subarray(4, data.length + 8)));
  return bytes;
}
