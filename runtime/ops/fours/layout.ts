/**
 * The layout of tensors on the GPU in which channels come last, in fours.
 *
 * A tensor `[N, C, …]` lies as `[N, …, ceil(C / 4)]` whole `vec4f`, its quads. Where the channels
 * end inside the last quad of a pixel, what is left of it is zero: every shader that writes in fours
 * keeps it so.
 *
 * In a shader's code `at1(i)` is a quad of its binding 1, and `g.stride1` and `g.start1` say where
 * they lie: those of pixel `p` start at `p * g.stride1 + g.start1`, because a tensor may be some
 * channels of another. `put(pixel, quad, value)` writes a quad of the output.
 *
 * @module
 */
import { count, type Shape } from "../../tensor.ts";
import type { Attributes, OpName } from "../mod.ts";
import type { Packing, Shader } from "../op.ts";
import { type Epilogue, showParameters } from "../epilogue.ts";
import { applyCode, functions, type UnaryFunction } from "../unary.ts";

/** How a tensor lies in memory: `[N, C, H, W]` as it is, or channels last in fours. */
export type Layout = "planes" | "fours";

/** What shaders want to know about the device. */
export interface Traits {
  /** Whether the processor does the work: then loads are dear, and threads few. */
  readonly software: boolean;
  /** How many rows a texture may have that a shader reads as storage; 0, if it should not. */
  readonly textureRows: number;
  /** How many bytes a shader can be given at once: what is larger in fours stays in planes. */
  readonly bindable: number;
  /** How weights are kept; they are widened as they are read. */
  readonly weights: "float32" | "float16" | "int8";
  /** How values in fours are kept between shaders; all are computed in float32. */
  readonly activations: "float32" | "float16";
  /** What the device is called. */
  readonly device: string;
  /** Chooses between kernels, where somebody wants to. */
  readonly choose?: ChooseKernel | undefined;
}

/**
 * Chooses which kernel does a piece of work.
 *
 * @param work What there is to do, as a text: settings and shapes.
 * @param kernels The names of those that can do it; the first is taken otherwise.
 * @param device What the device is called.
 * @returns One of the names. With any other answer, the first is taken.
 */
export type ChooseKernel = (
  work: string,
  kernels: readonly string[],
  device: string,
) => string | undefined;

/** How an op is computed where its tensors lie in fours. */
export interface FoursKernel<Name extends OpName> {
  /** Whether it is so much faster that its inputs are brought into this layout for it. */
  readonly leads?: boolean;
  /** The shaders; none if they cannot compute it with such settings or shapes. */
  shaders(
    attributes: Attributes[Name],
    inputs: readonly Shape[],
    output: Shape,
    traits: Traits,
    /** Whether the first input lies in planes, and may be read so: `planes` says that they do. */
    inPlanes: boolean,
  ): readonly Shader[] | undefined;
}

/** How many quads hold a number of channels. */
export function quadsOf(channels: number): number {
  return Math.ceil(channels / 4);
}

/** How many pixels a tensor has in all its samples. */
export function pixelsOf([samples, , ...extents]: Shape): number {
  return samples! * count(extents);
}

/** A tensor's values in fours. */
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

/** One number a channel, or one for all of them. */
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
 * WGSL: `fn finish(value: vec4f, pixel: i32, quad: i32) -> vec4f`, which does what an epilogue says
 * to a quad of the output.
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

/** WGSL: a function of one number for each of a quad, as `apply4`; what is no channel stays zero. */
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
 * WGSL: `fn biased(sum: vec4f, quad: i32) -> vec4f`, what a quad of output channels is from the sum of
 * products with its weights: times what they are scaled by, plus the biases, at binding 3.
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

/** How biases are packed for that, where there are any. */
export function biasPacked(bias: boolean, channels: number): Record<number, Packing> {
  return bias ? { 2: perChannel(channels) } : {};
}

/** A text for each number below `count`, one after the other. */
export function each(count: number, text: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => text(i)).join("");
}
