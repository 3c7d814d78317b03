/**
 * The GPU layout `fours`, NHWC4: channels last, in vectors of four.
 *
 * A tensor `[N, C, …]` is stored as `[N, …, ceil(C / 4)]` vectors `vec4f`, called quads. The
 * padding channels of a pixel's last quad are zero: every shader that writes NHWC4 keeps them so.
 *
 * In WGSL, `at1(i)` reads quad `i` of binding 1. The quads of pixel `p` start at `p * g.stride1 +
 * g.start1`, because a tensor may be a view of some channels of another. `put(pixel, quad, value)`
 * writes a quad of the output.
 *
 * @module
 */
import { count, type Shape } from "../../tensor.ts";
import type { Attributes, OpName } from "../mod.ts";
import type { Packing, Shader } from "../op.ts";
import { type Epilogue, showParameters } from "../epilogue.ts";
import { applyCode, functions, type UnaryFunction } from "../unary.ts";

/** The layout of a tensor in memory: `planes` is NCHW, `fours` is NHWC4. */
export type Layout = "planes" | "fours";

/** What the planner and the kernels need to know about the device. */
export interface Traits {
  /** Whether the adapter is a software one: loads are expensive, and threads few. */
  readonly software: boolean;
  /** The most rows of a storage texture to read from; 0 if shaders should read buffers. */
  readonly textureRows: number;
  /** The largest binding in bytes: a tensor that would be larger in NHWC4 stays in NCHW. */
  readonly bindable: number;
  /** The storage format of weights; shaders widen them to float32 as they load them. */
  readonly weights: "float32" | "float16" | "int8";
  /** The storage format of tensors in NHWC4; arithmetic is in float32. */
  readonly activations: "float32" | "float16";
  /** The device's name. */
  readonly device: string;
  /** Chooses between kernels; without it, the first is taken. */
  readonly choose?: ChooseKernel | undefined;
}

/**
 * Chooses the kernel for a piece of work.
 *
 * @param work The work as text: settings and shapes.
 * @param kernels The names of the kernels that can do it; the first is the default.
 * @param device The device's name.
 * @returns One of the names. With any other answer, the default is taken.
 */
export type ChooseKernel = (
  work: string,
  kernels: readonly string[],
  device: string,
) => string | undefined;

/** The NHWC4 implementation of an op. */
export interface FoursKernel<Name extends OpName> {
  /** Whether it is so much faster that its inputs are converted to NHWC4 for it. */
  readonly leads?: boolean;
  /** The shaders; `undefined` if these settings or shapes have to be computed on planes. */
  shaders(
    attributes: Attributes[Name],
    inputs: readonly Shape[],
    output: Shape,
    traits: Traits,
    /** Whether the first input is in NCHW and may be read so, by shaders with `readsPlanes`. */
    inPlanes: boolean,
  ): readonly Shader[] | undefined;
}

/** The number of quads that hold `channels` channels. */
export function quadsOf(channels: number): number {
  return Math.ceil(channels / 4);
}

/** The number of pixels of a tensor, in all samples. */
export function pixelsOf([samples, , ...extents]: Shape): number {
  return samples! * count(extents);
}

/** Packs a tensor from NCHW to NHWC4. */
export function inFours(shape: Shape): Packing {
  const channels = shape[1]!, quads = quadsOf(channels), plane = count(shape.slice(2));
  return {
    name: `fours ${channels} ${plane}`,
    pack(data) {
      const packed = new Float32Array(pixelsOf(shape) * quads * 4);
      for (let i = 0, at = 0; i < data.length; at++) {
        const pixel = Math.floor(at / channels) * plane, end = i + plane;
        for (let to = pixel * quads * 4 + at % channels; i < end; to += quads * 4) {
          packed[to] = data[i++]!;
        }
      }
      return packed;
    },
  };
}

/** Packs one number per channel, or one for all channels. */
export function perChannel(channels: number): Packing {
  return {
    name: `channels ${channels}`,
    pack(data) {
      const packed = new Float32Array(quadsOf(channels) * 4);
      return data.length === 1 ? packed.fill(data[0]!, 0, channels) : (packed.set(data), packed);
    },
  };
}

/**
 * WGSL: `fn finish(value: vec4f, pixel: i32, quad: i32) -> vec4f`, which applies an epilogue to a
 * quad of the output.
 */
export function finishFours(
  { residual, activation }: Epilogue,
  binding: number,
  channels: number,
): string {
  const sum = residual
    ? `value + at${binding}(pixel * g.stride${binding} + g.start${binding} + quad)`
    : "value";
  const finish = (result: string) =>
    `fn finish(value: vec4f, pixel: i32, quad: i32) -> vec4f { ${result} }\n`;
  if (activation === null) return finish(`return ${sum};`);
  const { fn, parameters } = activation;
  const { apply } = functions[fn];
  return applyFours(apply, parameters, channels) +
    finish(`return apply4(${sum}, vec4f(${showParameters(parameters)}), quad);`);
}

/** WGSL: `fn apply4`, a function of each lane of a quad; padding channels stay zero. */
export function applyFours(
  apply: Pick<UnaryFunction, "code" | "reference">,
  parameters: readonly number[],
  channels: number,
): string {
  const each = "vec4f(apply(x.x, p), apply(x.y, p), apply(x.z, p), apply(x.w, p))";
  const kept = channels % 4 !== 0 && apply.reference(0, parameters) !== 0
    ? `select(vec4f(), ${each}, vec4i(0, 1, 2, 3) + quad * 4 < vec4i(${channels}))`
    : each;
  return applyCode(apply) +
    `fn apply4(x: vec4f, p: vec4f, quad: i32) -> vec4f { return ${kept}; }\n`;
}

/**
 * WGSL: `fn biased(sum: vec4f, quad: i32) -> vec4f`, which multiplies the accumulators of a quad of
 * output channels by the scales of its weights and adds its biases, at binding 3.
 */
export function biasFours(bias: boolean): string {
  const declaration = bias
    ? "@group(0) @binding(3) var<storage, read> biases: array<vec4f>;\n"
    : "";
  const biases = bias ? "biases[quad]" : "vec4f()";
  return `${declaration}fn biased(sum: vec4f, quad: i32) -> vec4f {
  return fma(sum, scale(quad), ${biases});
}
`;
}

/** The packing of biases for {@linkcode biasFours}, if there are any. */
export function biasPacked(bias: boolean, channels: number): Record<number, Packing> {
  return bias ? { 2: perChannel(channels) } : {};
}

/** Concatenates `text(i)` for each `i` below `count`: unrolls a loop in WGSL. */
export function each(count: number, text: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => text(i)).join("");
}
