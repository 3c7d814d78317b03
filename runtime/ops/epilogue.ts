/**
 * The epilogue of an op, applied to each element before it is stored: add a residual, apply an
 * activation.
 *
 * It is the fused form of the nodes that would follow. Only `fuse.ts` sets it, so no bundle and no
 * written network mentions it.
 *
 * @module
 */
import type { Tensor } from "../tensor.ts";
import { type AttributesOf, kind } from "./attribute.ts";
import { literal } from "./shader.ts";
import { applyCode, functions, type UnaryName, uniformsOf } from "./unary.ts";

/** An activation, with its settings as the shader takes them. */
export interface Activation {
  readonly fn: UnaryName;
  readonly parameters: readonly number[];
}

/** The settings that ops with an epilogue have among their own. */
export const epilogue = {
  /** Whether the last input is added to the result: a residual. */
  residual: kind<boolean>("left out", (value) => value === false)(false),
  /** The activation, or `null`. */
  activation: kind<Activation | null>("left out", (value) => value === null)(null),
};

/** The settings of an epilogue. */
export type Epilogue = AttributesOf<typeof epilogue>;

/** The settings of an epilogue that does nothing. */
export const noEpilogue: Epilogue = { residual: false, activation: null };

/** Applies an op's epilogue in place; a residual is its last input. */
export function finishReference(
  { residual, activation }: Epilogue,
  values: Float32Array,
  inputs: readonly Tensor[],
): void {
  if (residual) {
    const other = inputs.at(-1)!.data;
    for (let i = 0; i < values.length; i++) values[i]! += other[i]!;
  }
  if (activation !== null) {
    const { reference } = functions[activation.fn].apply;
    for (let i = 0; i < values.length; i++) {
      values[i] = reference(values[i]!, activation.parameters);
    }
  }
}

/** WGSL: `fn finish(value: f32, i: i32) -> f32`, the epilogue of element `i`. */
export function finishCode({ residual, activation }: Epilogue, residualBinding: number): string {
  const declaration = residual
    ? `@group(0) @binding(${residualBinding}) var<storage, read> residual: array<f32>;\n`
    : "";
  const sum = residual ? "value + residual[i]" : "value";
  if (activation === null) {
    return `${declaration}fn finish(value: f32, i: i32) -> f32 { return ${sum}; }\n`;
  }
  const p = showParameters(activation.parameters);
  return declaration + applyCode(functions[activation.fn].apply) +
    `fn finish(value: f32, i: i32) -> f32 { return apply(${sum}, vec4f(${p})); }\n`;
}

/** WGSL: the settings of an activation, as a `vec4f`. */
export function showParameters(parameters: readonly number[]): string {
  return uniformsOf(parameters).map(literal).join(", ");
}

/**
 * WGSL: {@linkcode finishCode} of an op with weights, and `fn bias(o: i32) -> f32`, the bias of
 * output channel `o`.
 */
export function biasAndFinish(attributes: Epilogue & { readonly bias: boolean }): string {
  return attributes.bias
    ? `@group(0) @binding(3) var<storage, read> biases: array<f32>;
fn bias(o: i32) -> f32 { return biases[o]; }\n${finishCode(attributes, 4)}`
    : `fn bias(o: i32) -> f32 { return 0.0; }\n${finishCode(attributes, 3)}`;
}
