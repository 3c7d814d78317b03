/**
 * What follows a sum in NHWC4 kernels: scales and biases, residuals, activations.
 *
 * @module
 */
import { type Epilogue, showParameters } from "../epilogue.ts";
import type { Packing } from "../shader.ts";
import { applyCode, functions, type UnaryFunction } from "../unary.ts";
import { perChannel } from "./layout.ts";

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
 * WGSL: {@linkcode finishFours} of an op with weights, `fn bias(quad: i32) -> vec4f`, the biases of a
 * quad of output channels, and `fn biased(sum: vec4f, quad: i32) -> vec4f`, which multiplies its
 * accumulators by the scales of its weights and adds those.
 *
 * @param binding That of the biases, and then of the residual.
 */
export function biasAndFinishFours(
  attributes: Epilogue & { readonly bias: boolean },
  channels: number,
  binding = 3,
): string {
  const [declaration, biases] = attributes.bias
    ? [
      `@group(0) @binding(${binding++}) var<storage, read> biases: array<vec4f>;\n`,
      "biases[quad]",
    ]
    : ["", "vec4f()"];
  return `${declaration}fn bias(quad: i32) -> vec4f { return ${biases}; }
fn biased(sum: vec4f, quad: i32) -> vec4f { return fma(sum, scale(quad), bias(quad)); }
` + finishFours(attributes, binding, channels);
}

/** The packing of biases for {@linkcode biasAndFinishFours}, if there are any. */
export function biasPacked(bias: boolean, channels: number): Record<number, Packing> {
  return bias ? { 2: perChannel(channels) } : {};
}
