/**
 * Combines tensors of one shape element by element.
 *
 * @module
 */
import { type Shape, showShape } from "../tensor.ts";
import { type AttributesOf, numbers, oneOf } from "./attribute.ts";
import { epilogue, finishCode, finishReference } from "./epilogue.ts";
import { defineOp, f32, perElement, type Shader } from "./op.ts";

const schema = {
  operation: oneOf(["product", "sum", "max"], "sum"),
  /** For a sum, the coefficients of the inputs; none means 1 for all. */
  coefficients: numbers([]),
  ...epilogue,
};

type EltwiseAttributes = AttributesOf<typeof schema>;

/** Inputs: two tensors or more, all of one shape. */
export const eltwise = defineOp({
  schema,

  inputs: [1, Infinity],

  shape({ coefficients }, inputs) {
    const [first, ...others] = inputs;
    for (const other of others) {
      if (other.length !== first!.length || other.some((extent, i) => extent !== first![i])) {
        throw new TypeError(
          `its inputs are ${inputs.map(showShape).join(" and ")}, but they must have one shape`,
        );
      }
    }
    if (coefficients.length > 0 && coefficients.length !== inputs.length) {
      throw new TypeError(`it has ${coefficients.length} coefficients for ${inputs.length} inputs`);
    }
    return first!;
  },

  reference(attributes, inputs, output) {
    const combine = combinations[attributes.operation].reference;
    const coefficient = coefficientsOf(attributes, inputs.length);
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
    if (inputs.length === 1) return [step(attributes, output, alone, [0], true)];
    return inputs.slice(1).map((_, k) => {
      const last = k === inputs.length - 2;
      return k === 0
        ? step(attributes, output, first, [0, 1], last)
        : step(attributes, output, further, [k + 1], last);
    });
  },
});

/** One of the shaders that accumulate one input after the other. */
function step(
  attributes: EltwiseAttributes,
  output: Shape,
  code: string,
  reads: readonly number[],
  last: boolean,
): Shader {
  const coefficient = coefficientsOf(attributes, Math.max(...reads) + 1);
  const [a, b] = reads.map((input) => coefficient[input]!);
  return perElement(output, {
    code: code + combinations[attributes.operation].code +
      finishCode(last ? attributes : { residual: false, activation: null }, 3),
    constants: { a: f32(a!), b: f32(b ?? 0) },
    reads,
  });
}

function coefficientsOf({ coefficients }: EltwiseAttributes, inputs: number): readonly number[] {
  return coefficients.length > 0 ? coefficients : new Array(inputs).fill(1);
}

/** The binary operations. */
export const combinations = {
  product: {
    reference: (a: number, b: number) => a * b,
    code: "fn combine(x: f32, y: f32) -> f32 { return x * y; }\n",
  },
  sum: {
    reference: (a: number, b: number) => a + b,
    code: "fn combine(x: f32, y: f32) -> f32 { return x + y; }\n",
  },
  max: {
    reference: (a: number, b: number) => Math.max(a, b),
    code: "fn combine(x: f32, y: f32) -> f32 { return max(x, y); }\n",
  },
};

const first = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;
@group(0) @binding(1) var<storage, read> left: array<f32>;
@group(0) @binding(2) var<storage, read> right: array<f32>;

// One invocation combines one element of the first two inputs.
fn invocation(i: i32) {
  output[i] = finish(combine(a * left[i], b * right[i]), i);
}
`;

const further = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;
@group(0) @binding(1) var<storage, read> input: array<f32>;

// One invocation accumulates one element of a further input.
fn invocation(i: i32) {
  output[i] = finish(combine(output[i], a * input[i]), i);
}
`;

const alone = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;
@group(0) @binding(1) var<storage, read> input: array<f32>;

// One invocation scales one element of the only input.
fn invocation(i: i32) {
  output[i] = finish(a * input[i], i);
}
`;
