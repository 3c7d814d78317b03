/**
 * Combines tensors of one shape element by element.
 *
 * @module
 */
import { misfit, sameShape } from "../tensor.ts";
import { numbers, oneOf } from "./attribute.ts";
import { epilogue, finishCode, finishReference, noEpilogue } from "./epilogue.ts";
import { defineOp } from "./op.ts";
import { f32, perElement } from "./shader.ts";

const schema = {
  operation: oneOf(["product", "sum", "max"], "sum"),
  /** For a sum, the coefficients of the inputs; none means 1 for all. */
  coefficients: numbers([]),
  ...epilogue,
};

/** Inputs: two tensors or more, all of one shape. */
export const eltwise = defineOp({
  schema,

  inputs: [1, Infinity],

  shape({ coefficients }, inputs) {
    const [first] = inputs;
    if (!inputs.every((input) => sameShape(input, first!))) throw misfit(inputs, "have one shape");
    if (coefficients.length > 0 && coefficients.length !== inputs.length) {
      throw new TypeError(`it has ${coefficients.length} coefficients for ${inputs.length} inputs`);
    }
    return first!;
  },

  reference(attributes, inputs, output) {
    const combine = combinations[attributes.operation].reference;
    const coefficient = inputs.map((_, k) => attributes.coefficients[k] ?? 1);
    for (let i = 0; i < output.data.length; i++) {
      let result = coefficient[0]! * inputs[0]!.data[i]!;
      for (let k = 1; k < inputs.length; k++) {
        result = combine(result, coefficient[k]! * inputs[k]!.data[i]!);
      }
      output.data[i] = result;
    }
    finishReference(attributes, output.data, inputs);
  },

  shaders(attributes, inputs, output) {
    const { operation, coefficients } = attributes;
    const of = (input = 0) => f32(coefficients[input] ?? 1);
    // The shaders accumulate one input after the other.
    const step = (result: string, reads: readonly number[]) =>
      perElement(output, {
        code: bindings + combinations[operation].code +
          finishCode(reads.includes(inputs.length - 1) ? attributes : noEpilogue, 3) +
          `fn invocation(i: i32) { output[i] = finish(${result}, i); }\n`,
        constants: { a: of(reads[0]), b: of(reads[1]) },
        reads,
      });
    if (inputs.length === 1) return [step("a * left[i]", [0])];
    return inputs.slice(1).map((_, k) =>
      k === 0
        ? step("combine(a * left[i], b * right[i])", [0, 1])
        : step("combine(output[i], a * left[i])", [k + 1])
    );
  },
});

/** The binary operations. */
export const combinations = {
  product: {
    reference: (a: number, b: number) => a * b,
    code: `fn combine(x: f32, y: f32) -> f32 { return x * y; }\n`,
  },
  sum: {
    reference: (a: number, b: number) => a + b,
    code: `fn combine(x: f32, y: f32) -> f32 { return x + y; }\n`,
  },
  max: {
    reference: (a: number, b: number) => Math.max(a, b),
    code: `fn combine(x: f32, y: f32) -> f32 { return max(x, y); }\n`,
  },
};

const bindings = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;
@group(0) @binding(1) var<storage, read> left: array<f32>;
@group(0) @binding(2) var<storage, read> right: array<f32>;  // only where it is read
`;
