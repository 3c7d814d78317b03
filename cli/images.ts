/**
 * Decodes pictures to the same bytes as OpenCV.
 *
 * A browser decodes pictures itself, so the runtime has no decoders. They are loaded with the first
 * picture that needs them.
 *
 * @module
 */
import type { Image } from "../runtime/preprocess.ts";
import { type Orientation, orientationIn, upright } from "./exif.ts";
import { refuseHuge } from "./huge_pictures.ts";

/** The signature of each format; a dot stands for any byte. */
const formats = {
  JPEG: /^\xff\xd8\xff/,
  PNG: /^\x89PNG\r\n/,
  GIF: /^GIF8[79]a/,
  WebP: /^RIFF....WEBP/s,
  BMP: /^BM/,
  TIFF: /^(II\*\0|MM\0\*|II\+\0|MM\0\+)/,
  AVIF: /^....ftypavi[fs]/s,
  HEIC: /^....ftyp(hei|mif|hev)/s,
  "JPEG XL": /^(\xff\n|\0{3}.JXL )/s,
  "JPEG 2000": /^(\xffO\xffQ|\0{3}.jP )/s,
};

/**
 * The pixels of a JPEG or PNG file.
 *
 * PNG's 16 bits are truncated to 8, and what EXIF says is turned upright. Truncated files are refused
 * rather than filled with grey.
 *
 * @param file Its name, for messages.
 * @throws {TypeError} if it is damaged, has more than 100 million pixels, or is of another format.
 */
export async function decodeImage(bytes: Uint8Array, file: string): Promise<Image> {
  try {
    const format = sniff(bytes);
    if (format === "JPEG") return await (await import("./jpeg.ts")).decodeJpeg(bytes);
    if (format === "PNG") return await decodePng(bytes);
    throw new TypeError(
      `it is ${format === undefined ? "no picture" : `a picture in ${format}`}, ` +
        "but only JPEG and PNG are read",
    );
  } catch (cause) {
    throw new TypeError(`Cannot read ${file}: ${(cause as Error).message}`, { cause });
  }
}

/** A picture as a PNG file. */
export async function encodePng(image: Image): Promise<Uint8Array> {
  const { default: encode } = await import("@jsquash/png/encode.js");
  return new Uint8Array(await encode(image as ImageData));
}

/** Whether a file is a picture, of a supported format or another one. */
export function isPicture(bytes: Uint8Array): boolean {
  return sniff(bytes) !== undefined;
}

function sniff(bytes: Uint8Array): string | undefined {
  const start = String.fromCharCode(...bytes.subarray(0, 16));
  return Object.entries(formats).find(([, pattern]) => pattern.test(start))?.[0];
}

/** The bytes of PNG's signature. Chunks follow, each a length, a type, the data and a checksum. */
const pngSignature = 8;
/** The type of the chunk with EXIF data, `eXIf`. */
const exifChunk = 0x65584966;

async function decodePng(bytes: Uint8Array): Promise<Image> {
  // The data of the first chunk starts with the width and the height.
  const header = pngSignature + 8;
  if (bytes.length < header + 8) throw new TypeError("it is cut off within its header");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const width = view.getUint32(header), height = view.getUint32(header + 4);
  refuseHuge(width, height);
  const file = new Uint8Array(bytes).buffer;
  const { decode } = await import("@jsquash/png/decode.js");
  const decoded = await decode(file).catch((cause) => {
    throw new TypeError("it is damaged or cut off", { cause });
  });
  return upright(decoded as Image, orientationOf(view));
}

/** What a PNG's EXIF data tells, which stands in a chunk of its own. */
function orientationOf(view: DataView): Orientation {
  for (let chunk = pngSignature; chunk + 12 <= view.byteLength;) {
    const length = view.getUint32(chunk), data = chunk + 8, end = data + length;
    if (view.getUint32(chunk + 4) === exifChunk && end <= view.byteLength) {
      return orientationIn(new Uint8Array(view.buffer, view.byteOffset + data, length)) ?? 1;
    }
    chunk = end + 4;
  }
  return 1;
}
