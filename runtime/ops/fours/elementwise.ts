/**
 * Element-wise ops in NHWC4: sums, activations, scales.
 *
 * @module
 */
import { axisOf } from "../../tensor.ts";
import { namesOf, termCode } from "../affine.ts";
import { combinations } from "../eltwise.ts";
import { noEpilogue } from "../epilogue.ts";
import type { Attributes } from "../mod.ts";
import { f32, type Packing } from "../shader.ts";
import { functions, type UnaryFunction, type UnaryName, uniformsOf } from "../unary.ts";
import { applyFours, finishFours } from "./finish.ts";
import type { FoursKernel } from "./kernel.ts";
import { perChannel } from "./layout.ts";
import { perQuad } from "./per_quad.ts";

/** The NHWC4 kernel of a function of one number. */
export function unaryFours(name: UnaryName): FoursKernel<UnaryName> {
  return {
    shaders(attributes, _, output) {
      const apply = functions[name].apply as UnaryFunction;
      const parameters = apply.parameters(attributes as never);
      return [perQuad(
        applyFours(apply, parameters, output[1]!) + /* wgsl */ `
@group(0) @binding(2) var<uniform> parameters: vec4f;
fn compute(x: vec4f, pixel: i32, quad: i32) -> vec4f { return apply4(x, parameters, quad); }
`,
        output,
        { uniforms: uniformsOf(parameters) },
      )];
    },
  };
}

/** Sums, products and maxima of tensors of one shape. */
export const eltwiseFours: FoursKernel<"eltwise"> = {
  shaders(attributes, inputs, output) {
    const { operation, coefficients } = attributes;
    const combine = combinations[operation].code.replaceAll("f32", "vec4f");
    const of = (input = 0) => f32(coefficients[input] ?? 1);
    // The shaders accumulate one input after the other.
    const step = (code: string, reads: readonly number[]) => {
      const finish = reads.includes(inputs.length - 1) ? attributes : noEpilogue;
      return perQuad(combine + code + finishFours(finish, 3, output[1]!), output, {
        reads,
        constants: { a: of(reads[0]), b: of(reads[1]) },
      });
    };
    if (inputs.length === 1) return [step(alone, [0])];
    return inputs.slice(1).map((_, k) => k === 0 ? step(both, [0, 1]) : step(further, [k + 1]));
  },
};

const alone = /* wgsl */ `
fn compute(x: vec4f, pixel: i32, quad: i32) -> vec4f { return finish(a * x, pixel, quad); }
`;

const both = /* wgsl */ `
fn compute(x: vec4f, pixel: i32, quad: i32) -> vec4f {
  return finish(combine(a * x, b * at2(pixel * g.stride2 + g.start2 + quad)), pixel, quad);
}
`;

const further = /* wgsl */ `
fn compute(x: vec4f, pixel: i32, quad: i32) -> vec4f {
  return finish(combine(at0(pixel * g.stride0 + g.start0 + quad), a * x), pixel, quad);
}
`;

/** A scale and an offset per channel, or per channel and sample. */
export const affineFours: FoursKernel<"affine"> = {
  shaders(attributes, [input, parameter], output) {
    const names = namesOf(attributes);
    const first = axisOf(attributes.axis, input!.length), rank = parameter!.length;
    const perSample = rank === 2 && first === 0;
    const channels = output[1]!;
    if (rank > 0 && !perSample && (rank !== 1 || first !== 1)) return undefined;
    const at = (i: number) =>
      perSample
        ? `at${2 + i}(pixel / g.plane * g.stride${2 + i} + g.start${2 + i} + quad)`
        : `${names[i]}[quad]`;
    return [perQuad(
      (perSample ? "" : names.map((name, i) => parameterAt(2 + i, name)).join("")) +
        finishFours(attributes, 2 + names.length, channels) +
        `fn compute(x: vec4f, pixel: i32, quad: i32) -> vec4f {
  return finish(${termCode(names, at)}, pixel, quad);
}
`,
      output,
      perSample
        ? {}
        : { packed: Object.fromEntries(names.map((_, i) => [1 + i, perChannel(channels)])) },
    )];
  },
};

const parameterAt = (binding: number, name: string) =>
  `@group(0) @binding(${binding}) var<storage, read> ${name}: array<vec4f>;\n`;

/** PReLU: a rectifier with learned slopes. */
export const preluFours: FoursKernel<"prelu"> = {
  shaders: (_, __, output) => [
    perQuad(
      parameterAt(2, "slope") + /* wgsl */ `
fn compute(x: vec4f, pixel: i32, quad: i32) -> vec4f {
  return select(x, vec4f(), x <= vec4f()) + slope[quad] * min(x, vec4f());
}
`,
      output,
      { packed: { 1: perChannel(output[1]!) } },
    ),
  ],
};

/** Batch normalisation with stored statistics. */
export const batchNormFours: FoursKernel<"batchNorm"> = {
  shaders({ eps }: Attributes["batchNorm"], _, output) {
    const channels = output[1]!;
    return [perQuad(
      parameterAt(2, "mean") + parameterAt(3, "variance") + /* wgsl */ `
fn compute(x: vec4f, pixel: i32, quad: i32) -> vec4f {
  return (x - mean[quad]) / sqrt(variance[quad] + vec4f(eps));
}
`,
      output,
      {
        constants: { eps: f32(eps) },
        packed: { 1: perChannel(channels), 2: withOnes(channels) },
      },
    )];
  },
};

/** One number per channel, padded with ones, because the padding channels are divided by it too. */
function withOnes(channels: number): Packing {
  const { name, pack } = perChannel(channels);
  return { name: `${name}, ones`, pack: (data) => pack(data).fill(1, channels) };
}
