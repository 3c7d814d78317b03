/**
 * What the runtime knows about one operation.
 *
 * @module
 */
import { count, type Shape, type Tensor } from "../tensor.ts";
import type { Walk } from "../walk.ts";
import type { AttributesOf, Schema } from "./attribute.ts";
import type { Taps } from "./taps.ts";

/** Everything the runtime knows about one operation. */
export interface Op<S extends Schema> {
  /** Its settings. They never depend on the shapes of the inputs. */
  readonly schema: S;
  /**
   * What the inputs that follow the first are called when they are learned: the constants
   * `<node>/weights`, `<node>/biases` and so on.
   */
  parameters?(attributes: AttributesOf<S>): readonly string[];
  /** How few and how many inputs there can be, if it is not one and the learned ones. */
  readonly inputs?: readonly [least: number, most: number];
  /**
   * The shape of the output, from the shapes of the inputs.
   *
   * @throws {TypeError} with the reason, if the op cannot be applied to such inputs.
   */
  shape(attributes: AttributesOf<S>, inputs: readonly Shape[]): Shape;
  /** The multiply-accumulates one run performs; 0 for what only moves or compares. */
  macs?(attributes: AttributesOf<S>, inputs: readonly Shape[], output: Shape): number;
  /**
   * About how often one invocation goes round its loops, where that grows with the inputs: see
   * {@linkcode mostRounds}.
   */
  rounds?(attributes: AttributesOf<S>, inputs: readonly Shape[], output: Shape): number;
  /**
   * Computes the output in plain loops. This is the meaning of the op. What only the host computes
   * gives a tensor of its own in place of filling one.
   */
  reference(
    attributes: AttributesOf<S>,
    inputs: readonly Tensor[],
    output: Tensor,
  ): Tensor | void;
  /** Computes the same on the GPU, in one shader or several that run one after the other. */
  shaders(
    attributes: AttributesOf<S>,
    inputs: readonly Shape[],
    output: Shape,
  ): readonly Shader[];
  /** For an op that only moves numbers, where the elements of the output lie in the first input. */
  walk?(attributes: AttributesOf<S>, input: Shape, output: Shape): Walk;
  /** For an op that resizes, what each row (axis 2) or column (axis 3) of the output is made of. */
  taps?(attributes: AttributesOf<S>, input: Shape, output: Shape, axis: 2 | 3): readonly Taps[];
  /** Whether the output is the first input's data under another shape, so that nothing runs. */
  readonly view?: boolean;
  /**
   * Whether only the CPU does it: it picks and sorts, so that its result is as long as what it finds
   * and `shape` is the largest that can be, or it looks up what no shader could.
   */
  readonly host?: boolean;
}

/** A compute shader, and how to launch it. */
export interface Shader {
  /** What it is called in profiles, where an op has several. */
  readonly variant?: string;
  /** What it does, as a text, where others could do the same. */
  readonly work?: string;
  /** WGSL with an entry point `main`. Binding 0 is the output, the inputs follow in order. */
  readonly code: string;
  /** Declared in front of the code: whole numbers as `i32`, the others with {@linkcode f32}. */
  readonly constants: Readonly<Record<string, number | boolean | Float>>;
  /** Numbers for `var<uniform> parameters: vec4f`, the binding after the inputs, if it has one. */
  readonly uniforms?: readonly [number, number, number, number];
  /**
   * Whole numbers that the code reads as `g.name`. They are no part of the text, so that shaders
   * that differ in nothing else share a pipeline.
   */
  readonly sizes?: Readonly<Record<string, number>>;
  /**
   * Constants that the code reads through a function of this name, `fn name(i: i32) -> vec4f`, by
   * their position: the device decides how it keeps them.
   */
  readonly tables?: Readonly<Record<number, string>>;
  /**
   * Whether it reads its first input so often, through `fn at1(i: i32) -> vec4f`, that a copy of it
   * pays where that is faster to read.
   */
  readonly copies?: boolean;
  /** Whether it writes an output in fours through `put`; it declares binding 0 itself if not. */
  readonly puts?: boolean;
  /** Whether the first input is read in planes, though the others lie in fours. */
  readonly readsPlanes?: boolean;
  /** How many workgroups there are along x, y and z. */
  readonly workgroups: readonly [x: number, y: number, z: number];
  /** Which inputs are bound, by their position; all of them if it is left out. */
  readonly reads?: readonly number[];
  /** Inputs that the shader wants in another order in memory; they must be constants. */
  readonly packed?: Readonly<Record<number, Packing>>;
}

/** Another order of a constant's values, made once when a network is loaded. */
export interface Packing {
  /** Tells one packing from another; two packings of one name give the same for the same data. */
  readonly name: string;
  /**
   * The values in that order.
   *
   * @param into What may be written over: what it gave for as many values of the same constant.
   */
  pack(data: Float32Array, into?: Float32Array): Float32Array;
  /**
   * After so many values each, a constant may be cut into parts: in that order, they follow each other
   * as well.
   */
  readonly step?: number;
  /** Whether its outputs are not the first axis of the values, so that no scale goes with each. */
  readonly mixed?: boolean;
}

/** A constant of a shader that is not a whole number. */
export interface Float {
  /** Its value. */
  readonly f32: number;
}

/** Marks a constant of a shader as an `f32`. */
export function f32(value: number): Float {
  return { f32: value };
}

/** WGSL: a finite number in single precision. Without an exponent, a large one were a whole number. */
export function literal(value: number): string {
  return `f32(${Math.fround(value).toExponential()})`;
}

/** An op that is not one of the runtime's own: whoever loads a network with it gives it. */
// deno-lint-ignore no-explicit-any
export interface CustomOp<S extends Schema = any> extends Op<S> {
  /** What bundles and written classes call it. */
  readonly name: string;
}

/**
 * Declares an op.
 *
 * @example
 * ```ts
 * import { count, defineOp, f32, number, spread } from "../mod.ts";
 *
 * const hardSwish = defineOp({
 *   name: "hardSwish",
 *   schema: { shift: number(3) },
 *   shape: (_, [input]) => input!,
 *   reference({ shift }, [input], output) {
 *     input!.data.forEach((x, i) => {
 *       output.data[i] = x * Math.min(Math.max(x + shift, 0), 6) / 6;
 *     });
 *   },
 *   shaders: ({ shift }, _, output) => [{
 *     code: `
 * @group(0) @binding(0) var<storage, read_write> output: array<f32>;
 * @group(0) @binding(1) var<storage, read> input: array<f32>;
 *
 * @compute @workgroup_size(64)
 * fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
 *   let i = flat_index(id, groups);
 *   if (i >= count) { return; }
 *   output[i] = input[i] * clamp(input[i] + shift, 0.0, 6.0) / 6.0;
 * }`,
 *     constants: { count: count(output), shift: f32(shift) },
 *     workgroups: spread(count(output)),
 *   }],
 * });
 * ```
 */
export function defineOp<const S extends Schema>(op: CustomOp<S>): CustomOp<S>;
/** Declares an op of the runtime's own, which its table names. */
export function defineOp<const S extends Schema>(op: Op<S>): Op<S>;
export function defineOp<const S extends Schema>(op: Op<S>): Op<S> {
  return op;
}

/**
 * Software GPUs stop an invocation that goes round its loops more than 65535 times, silently. What
 * needs more is left to the CPU there.
 */
export const mostRounds = 60000;

/** How many invocations {@linkcode spread} puts into a workgroup. */
const workgroupSize = 64;
/** The most workgroups WebGPU launches along one axis. */
const maxWorkgroups = 65535;

/**
 * The workgroups for a number of invocations in workgroups of 64. More than WebGPU launches along
 * one axis are spread over rows; the shader finds its position with `flat_index(id, groups)`.
 */
export function spread(
  invocations: number,
  size: number = workgroupSize,
): [x: number, y: number, z: number] {
  const workgroups = Math.ceil(invocations / size);
  const rows = Math.max(1, Math.ceil(workgroups / maxWorkgroups));
  return [Math.max(1, Math.ceil(workgroups / rows)), rows, 1];
}

/**
 * A shader of which each invocation computes one element of a tensor.
 *
 * @param shader Its code knows how many there are as `count`.
 */
export function perElement(
  shape: Shape,
  { constants, ...shader }: Omit<Shader, "workgroups">,
): Shader {
  const elements = count(shape);
  return { ...shader, constants: { ...constants, count: elements }, workgroups: spread(elements) };
}

/** WGSL: `flat_index`, the other half of {@linkcode spread}. */
export const flatIndex = /* wgsl */ `
fn flat_index(id: vec3u, groups: vec3u) -> i32 {
  return i32(id.y * groups.x * ${workgroupSize}u + id.x);
}
`;
