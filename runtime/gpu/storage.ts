/**
 * How numbers are stored on the device: in which format, and in a buffer or a texture.
 *
 * @module
 */
import type { Packing } from "../ops/shader.ts";
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

/** How a quad of numbers is stored in a format. */
interface QuadFormat {
  /** The format of a texel of a texture. */
  readonly texel: GPUTextureFormat;
  /** WGSL: the type of an element of a buffer. */
  readonly element: string;
  /** WGSL: an element of a buffer, widened to a `vec4f`. */
  readonly widen: (element: string) => string;
}

/** How quads are stored. */
export const formats: { readonly [F in Format]: QuadFormat } = {
  float32: { texel: "rgba32float", element: "vec4f", widen: (x) => x },
  float16: {
    texel: "rgba16float",
    element: "vec2u",
    widen: (x) => `vec4f(unpack2x16float(${x}.x), unpack2x16float(${x}.y))`,
  },
  int8: { texel: "rgba8snorm", element: "u32", widen: (x) => `unpack4x8snorm(${x})` },
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
