/**
 * Writes pictures as PNG files.
 *
 * @module
 */
import encode from "@jsquash/png/encode.js";
import type { Image } from "../../runtime/mod.ts";

/** The bytes of a picture as a PNG file. */
export async function writePng({ width, height, data }: Image): Promise<Uint8Array> {
  // Deno knows no `ImageData`; the encoder needs no more of one than these.
  const picture = { data: new Uint8ClampedArray(data), width, height };
  return new Uint8Array(await encode(picture as Parameters<typeof encode>[0]));
}
