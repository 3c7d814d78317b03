/**
 * The definition of an op.
 *
 * @module
 */
import type { Shape, Tensor } from "../tensor.ts";
import type { Walk } from "../walk.ts";
import type { AttributesOf, Schema } from "./attribute.ts";
import type { Shader } from "./shader.ts";
import type { Taps } from "./taps.ts";

/** The definition of an op. */
export interface Op<S extends Schema> {
  /** Its settings. They never depend on the shapes of its inputs. */
  readonly schema: S;
  /**
   * The names of the inputs after the first when they are learned: constants `<node>/weights`,
   * `<node>/biases` and so on.
   */
  parameters?(attributes: AttributesOf<S>): readonly string[];
  /** The least and the most inputs; by default one and the learned ones. */
  readonly inputs?: readonly [least: number, most: number];
  /**
   * The shape of the output, given those of the inputs.
   *
   * @throws {TypeError} with the reason, if the op cannot be applied to such inputs.
   */
  shape(attributes: AttributesOf<S>, inputs: readonly Shape[]): Shape;
  /** The multiply-accumulates of one run; 0 for ops that only move or compare. */
  macs?(attributes: AttributesOf<S>, inputs: readonly Shape[], output: Shape): number;
  /**
   * About how many loop iterations an invocation makes, if that grows with the inputs: see
   * {@linkcode mostRounds}.
   */
  rounds?(attributes: AttributesOf<S>, inputs: readonly Shape[], output: Shape): number;
  /**
   * The reference implementation, which defines the op. It fills `output`, which holds zeros, or
   * returns a tensor of its own, which with `host` may be smaller.
   */
  reference(
    attributes: AttributesOf<S>,
    inputs: readonly Tensor[],
    output: Tensor,
  ): Tensor | void;
  /** The same on the GPU: shaders that run one after the other. */
  shaders(
    attributes: AttributesOf<S>,
    inputs: readonly Shape[],
    output: Shape,
  ): readonly Shader[];
  /** For ops that only move numbers: the output as a strided view of the first input. */
  walk?(attributes: AttributesOf<S>, input: Shape, output: Shape): Walk;
  /** For ops that resize: the weighted input rows (axis 2) or columns (axis 3) of each output. */
  taps?(attributes: AttributesOf<S>, input: Shape, output: Shape, axis: 2 | 3): readonly Taps[];
  /** Whether the output is the first input's data under another shape, so that nothing runs. */
  readonly view?: boolean;
  /**
   * Whether only the CPU computes it, without its shaders, which may be none: the size of its result
   * depends on the data (`shape` is the maximum), or it needs what shaders cannot do.
   */
  readonly host?: boolean;
  /** Whether only the shapes of its inputs matter, so that it is computed once for all runs. */
  readonly readsShapes?: boolean;
}

/** A custom op, given by whoever loads a network with it. */
// deno-lint-ignore no-explicit-any
export interface CustomOp<S extends Schema = any> extends Op<S> {
  /** Its name in bundles and written classes. */
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
/** Declares one of the runtime's ops, named by its table. */
export function defineOp<const S extends Schema>(op: Op<S>): Op<S>;
export function defineOp<const S extends Schema>(op: Op<S>): Op<S> {
  return op;
}

/** The learned inputs of an op with weights and, if its settings say so, biases. */
export function weightsAndBiases({ bias }: { readonly bias: boolean }): readonly string[] {
  return bias ? ["weights", "biases"] : ["weights"];
}

/** Software GPUs silently stop an invocation after 65,535 iterations; the CPU does not. */
export const mostRounds = 60000;
