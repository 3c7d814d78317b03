/**
 * Ops that only move numbers: a strided view of the input, written in order.
 *
 * @module
 */
import { count, type Shape } from "../tensor.ts";
import { follow, type Walk } from "../walk.ts";
import type { Schema } from "./attribute.ts";
import type { Op } from "./op.ts";
import { perElement, type Shader } from "./shader.ts";

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
      return [perElement(output, { ...shaderOf(walk(attributes, input!, output)), reads: [0] })];
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

/**
 * The shader of a walk. Whenever the index along an axis advances, the next axis goes back to its
 * start: the position jumps by the difference. Where that is nothing, the two axes are one. Products
 * may wrap around, but not their sum.
 */
function shaderOf({ extents, strides, start = 0 }: Walk): Pick<Shader, "code" | "sizes"> {
  const inner = stridesOf(extents);
  const sizes: Record<string, number> = { start, stride: strides.at(-1) ?? 0 };
  let place = "g.start + i * g.stride", jumps = 0;
  for (let axis = 0; axis < extents.length - 1; axis++) {
    const jump = strides[axis]! - extents[axis + 1]! * strides[axis + 1]!;
    if (jump === 0) continue;
    place += ` + i / g.inner${jumps} * g.jump${jumps}`;
    sizes[`inner${jumps}`] = inner[axis]!;
    sizes[`jump${jumps++}`] = jump;
  }
  return { code: `${code}fn place(i: i32) -> i32 { return ${place}; }\n`, sizes };
}

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;
@group(0) @binding(1) var<storage, read> input: array<f32>;

// One invocation copies one element, from its place in the input.
fn invocation(i: i32) {
  output[i] = input[place(i)];
}
`;
