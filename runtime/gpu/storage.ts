/**
 * How numbers are stored on the device: in which format, and in a buffer or a texture.
 *
 * @module
 */
import type { Packing } from "../ops/op.ts";
import type { Traits } from "../ops/traits.ts";

/** How a constant is stored. */
export interface Storage {
  /** Whether in a texture, which software adapters read faster than a buffer. */
  readonly texture: boolean;
  readonly format: Format;
}

/** The number format of weights. */
export type Format = Traits["weights"];

/** How a constant is stored that shaders read directly. */
export const plain: Storage = { texture: false, format: "float32" };

/**
 * The width, in texels, of textures to read numbers from: WebGPU's default `maxTextureDimension2D`.
 * Only adapters in compatibility mode allow less.
 */
export const tableWidth = 8192;

/** The bytes of a texel, which is a quad (a `vec4` of four channels). */
export const bytesOfTexel = { float32: 16, float16: 8 };

/**
 * For each format the texel format of a texture, the element type of a buffer, and the WGSL that
 * widens an element to four floats.
 */
export const formats: {
  readonly [F in Format]: [texel: GPUTextureFormat, element: string, value: (at: string) => string];
} = {
  float32: ["rgba32float", "vec4f", (at) => at],
  float16: [
    "rgba16float",
    "vec2u",
    (at) => `vec4f(unpack2x16float(${at}.x), unpack2x16float(${at}.y))`,
  ],
  int8: ["rgba8snorm", "u32", (at) => `unpack4x8snorm(${at})`],
};

/** How weights are stored that shaders read through a function. */
export function storageOf(
  data: Float32Array,
  packing: Packing | undefined,
  traits: Traits,
): Storage {
  const { weights } = traits;
  const format = packing?.mixed && weights === "int8" ? "float16" : weights;
  return { texture: data.byteLength <= mostBytes(traits), format };
}

/** The largest constant, in bytes, that is stored in a texture; 0 if none is. */
export function mostBytes(traits: Traits | undefined): number {
  // Padding to whole quads may double the length.
  return (traits?.textureRows ?? 0) * tableWidth * 2 * Float32Array.BYTES_PER_ELEMENT;
}
