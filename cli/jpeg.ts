/**
 * Decodes JPEG pictures to the same bytes as OpenCV.
 *
 * libjpeg decodes grey and colour pictures, but does not convert CMYK and YCCK, so another library
 * decodes those. Without chroma subsampling, its result is within 4 of OpenCV's.
 *
 * @module
 */
import mozjpeg from "@jsquash/jpeg/codec/dec/mozjpeg_dec.js";
import type { Image } from "../runtime/preprocess.ts";
import { type Orientation, orientationIn, upright } from "./exif.ts";
import { refuseHuge } from "./huge_pictures.ts";

/** The contents of a JPEG's headers. */
interface Frame {
  readonly width: number;
  readonly height: number;
  readonly components: number;
  readonly orientation: Orientation;
}

const marker = { startOfScan: 0xda, app1: 0xe1 };

let codec: ReturnType<typeof mozjpeg> | undefined;
/** libjpeg's messages about the current picture. */
let messages: string[] = [];

/**
 * The pixels of a JPEG, rotated by its EXIF orientation.
 *
 * @throws {TypeError} with the reason, if it is damaged, cut off or too large.
 */
export async function decodeJpeg(bytes: Uint8Array): Promise<Image> {
  const { width, height, components, orientation } = readFrame(bytes);
  refuseHuge(width, height);
  if (components === 4) {
    const { decode } = await import("jpeg-js");
    try {
      const image = decode(bytes, { useTArray: true, tolerantDecoding: false });
      return upright(image, orientation);
    } catch (cause) {
      throw new TypeError("its CMYK pixels are damaged or of an unknown kind", { cause });
    }
  }
  const options = { noInitialRun: true, printErr: (message: string) => messages.push(message) };
  const { decode } = await (codec ??= mozjpeg(options));
  messages = [];
  let image: Image | null = null;
  try {
    image = decode(bytes as Uint8Array<ArrayBuffer>, true);
  } catch {
    // The thrown value has no information; the messages do. A codec that has failed is not reused.
    codec = undefined;
  }
  const cutOff = messages.find((message) => /premature end/i.test(message));
  if (image === null || cutOff !== undefined) {
    throw new TypeError(`libjpeg says "${cutOff ?? messages.at(-1) ?? "nothing"}"`);
  }
  return image;
}

function readFrame(bytes: Uint8Array): Frame {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let orientation: Orientation = 1;
  for (let position = 2; position + 4 <= bytes.length;) {
    const code = bytes[position + 1]!;
    if (bytes[position] !== 0xff || code === 0xff) {
      // Like libjpeg, skip bytes between markers. Markers may start with several 0xff.
      position++;
      continue;
    }
    const length = view.getUint16(position + 2);
    const segment = bytes.subarray(position + 4, position + 2 + length);
    if (isStartOfFrame(code) && segment.length >= 6) {
      return {
        height: view.getUint16(position + 5),
        width: view.getUint16(position + 7),
        components: segment[5]!,
        orientation,
      };
    }
    if (code === marker.startOfScan) break;
    if (code === marker.app1 && startsWith(segment, "Exif\0\0")) {
      orientation = orientationIn(segment.subarray(6)) ?? orientation;
    }
    position += 2 + (standsAlone(code) ? 0 : length);
  }
  throw new TypeError("it is cut off before its pixels, or damaged");
}

/** Whether a marker has no segment: an escaped 0xff, TEM, RST0 to RST7 and SOI. */
function standsAlone(code: number): boolean {
  return code === 0 || code === 1 || (code >= 0xd0 && code <= 0xd8);
}

/** C0 to CF, except DHT, JPG and DAC. */
function isStartOfFrame(code: number): boolean {
  return code >= 0xc0 && code <= 0xcf && code !== 0xc4 && code !== 0xc8 && code !== 0xcc;
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return [...text].every((char, i) => bytes[i] === char.charCodeAt(0));
}
