/**
 * Ops that only move numbers: a strided view of the input, written in order.
 *
 * @module
 */
import { count, type Shape } from "../tensor.ts";
import { follow, type Walk } from "../walk.ts";
import type { Schema } from "./attribute.ts";
import { type Op, perElement } from "./op.ts";

/** What distinguishes such ops. */
type Move<S extends Schema> =
  & Pick<Op<S>, "schema" | "inputs" | "shape">
  & Required<Pick<Op<S>, "walk">>;

/** An op whose output is a strided view of its first input. */
export function moving<const S extends Schema>(op: Move<S>): Op<S> {
  const walk = op.walk.bind(op);
  return {
    ...op,

    reference(attributes, [input], output) {
      follow(walk(attributes, input!.shape, output.shape), input!.data, output.data);
    },

    shaders(attributes, [input], output) {
      const steps = walk(attributes, input!, output);
      // The offset is a uniform, so that slices of one shape share a pipeline.
      const sizes = { start: steps.start ?? 0 };
      return [perElement(output, { code: code + placeCode(steps), sizes, reads: [0] })];
    },
  };
}

/** A walk through a tensor with its axes permuted. */
export function reordered(shape: Shape, order: readonly number[]): Walk {
  const strides = stridesOf(shape);
  return {
    extents: order.map((axis) => shape[axis]!),
    strides: order.map((axis) => strides[axis]!),
  };
}

/** The strides of a contiguous tensor, in elements. */
export function stridesOf(shape: Shape): readonly number[] {
  return shape.map((_, axis) => count(shape.slice(axis + 1)));
}

/** WGSL: `fn place(i: i32) -> i32`, the position in the input of element `i` of the output. */
function placeCode({ extents, strides }: Walk): string {
  const inner = stridesOf(extents);
  // The first axis needs no extent, so that batches of any size share a pipeline.
  const terms = extents.map((extent, axis) =>
    `i / ${inner[axis]}${axis > 0 ? ` % ${extent}` : ""} * ${strides[axis]}`
  );
  return `fn place(i: i32) -> i32 { return ${["g.start", ...terms].join(" + ")}; }\n`;
}

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;
@group(0) @binding(1) var<storage, read> input: array<f32>;

// One invocation copies one element.
fn invocation(i: i32) {
  output[i] = input[place(i)];
}
`;
