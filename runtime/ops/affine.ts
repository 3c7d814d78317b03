/**
 * Multiplies by a scale and adds an offset, both broadcast over the other axes.
 *
 * @module
 */
import { axisOf, count, expectShape, type Shape, showShape } from "../tensor.ts";
import { type AttributesOf, integer, oneOf } from "./attribute.ts";
import { epilogue, finishCode, finishReference } from "./epilogue.ts";
import { defineOp } from "./op.ts";
import { perElement } from "./shader.ts";

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

  parameters: namesOf,

  shape(attributes, [input, ...parameters]) {
    const { axis, terms } = attributes;
    for (const parameter of parameters.slice(0, namesOf(attributes).length)) {
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
    const names = namesOf(attributes);
    return [perElement(output, {
      code: code +
        names.map((name, i) =>
          `@group(0) @binding(${2 + i}) var<storage, read> ${name}: array<f32>;\n`
        ).join("") +
        `fn term(x: f32, p: i32) -> f32 { return ${termCode(names, (i) => `${names[i]}[p]`)}; }\n` +
        finishCode(attributes, 2 + names.length),
      constants: { length, inner },
    })];
  },
});

/** The names of the terms, in the order of the inputs. */
export function namesOf({ terms }: AttributesOf<typeof schema>): readonly string[] {
  return terms === "both" ? ["scale", "offset"] : [terms];
}

/** WGSL: `x` with the terms applied, given the expression of each. */
export function termCode(names: readonly string[], at: (i: number) => string): string {
  return names.reduce((sum, name, i) => `${sum} ${name === "scale" ? "*" : "+"} ${at(i)}`, "x");
}

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
