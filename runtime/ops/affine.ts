/**
 * Multiplies by a scale and adds an offset, both broadcast over the other axes.
 *
 * @module
 */
import { axisOf, count, expectShape, type Shape, showShape } from "../tensor.ts";
import { type AttributesOf, integer, oneOf } from "./attribute.ts";
import { epilogue, finishCode, finishReference } from "./epilogue.ts";
import { defineOp, perElement } from "./op.ts";

const schema = {
  /** The axis of the input that the first axis of scale and offset corresponds to. */
  axis: integer(1),
  /** Which of the two there are; the inputs follow in this order. */
  terms: oneOf(["both", "scale", "offset"], "both"),
  ...epilogue,
};

/** Inputs: a tensor, then scale and offset, whose shape is a run of its axes from `axis` on. */
export const affine = defineOp({
  schema,

  parameters: ({ terms }) => terms === "both" ? ["scale", "offset"] : [terms],

  shape({ axis, terms }, [input, ...parameters]) {
    for (const parameter of parameters.slice(0, terms === "both" ? 2 : 1)) {
      const first = parameter.length === 0 ? 0 : axisOf(axis, input!.length);
      if (parameter.some((extent, i) => extent !== input![first + i])) {
        throw new TypeError(
          `its ${terms === "offset" ? "offset" : "scale"} is ${showShape(parameter)}, which is ` +
            `not what its input ${showShape(input!)} has from axis ${axis} on`,
        );
      }
    }
    if (terms === "both") expectShape("offsets", parameters[1]!, parameters[0]!);
    return input!;
  },

  reference(attributes, inputs, output) {
    const [input, ...parameters] = inputs;
    const { terms } = attributes;
    const [length, inner] = spanOf(attributes, input!.shape, parameters[0]!.shape);
    const scale = terms === "offset" ? undefined : parameters[0]!.data;
    const offset = terms === "scale" ? undefined : parameters[terms === "both" ? 1 : 0]!.data;
    for (let i = 0; i < output.data.length; i++) {
      const p = Math.floor(i / inner) % length;
      output.data[i] = input!.data[i]! * (scale?.[p] ?? 1) + (offset?.[p] ?? 0);
    }
    finishReference(attributes, output.data, inputs);
  },

  shaders(attributes, [input, parameter], output) {
    const [length, inner] = spanOf(attributes, input!, parameter!);
    const { terms } = attributes;
    return [perElement(output, {
      code: code + termCodes[terms] + finishCode(attributes, terms === "both" ? 4 : 3),
      constants: { length, inner },
    })];
  },
});

/** How many scales there are, and how many consecutive elements share one. */
export function spanOf({ axis }: AttributesOf<typeof schema>, input: Shape, parameter: Shape) {
  if (parameter.length === 0) return [1, count(input)] as const;
  const end = axisOf(axis, input.length) + parameter.length;
  return [count(parameter), count(input.slice(end))] as const;
}

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;
@group(0) @binding(1) var<storage, read> input: array<f32>;

// One invocation computes one element.
fn invocation(i: i32) {
  output[i] = finish(term(input[i], i / inner % length), i);
}
`;

const termCodes = {
  scale: /* wgsl */ `
@group(0) @binding(2) var<storage, read> scale: array<f32>;
fn term(x: f32, p: i32) -> f32 { return x * scale[p]; }
`,
  offset: /* wgsl */ `
@group(0) @binding(2) var<storage, read> offset: array<f32>;
fn term(x: f32, p: i32) -> f32 { return x + offset[p]; }
`,
  both: /* wgsl */ `
@group(0) @binding(2) var<storage, read> scale: array<f32>;
@group(0) @binding(3) var<storage, read> offset: array<f32>;
fn term(x: f32, p: i32) -> f32 { return x * scale[p] + offset[p]; }
`,
};
