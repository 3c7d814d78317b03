/**
 * Ops that only move numbers: each element of the output is one of the input, found by its
 * coordinates.
 *
 * @module
 */
import { count, type Shape } from "../tensor.ts";
import { follow, type Walk } from "../walk.ts";
import type { Schema } from "./attribute.ts";
import { type Op, perElement } from "./op.ts";

/** What tells one op that moves from another. */
type Move<S extends Schema> =
  & Pick<Op<S>, "schema" | "inputs" | "shape">
  & Required<Pick<Op<S>, "walk">>;

/** An op that moves the elements of its first input. */
export function moving<const S extends Schema>(op: Move<S>): Op<S> {
  const walk = op.walk.bind(op);
  return {
    ...op,

    reference(attributes, [input], output) {
      follow(walk(attributes, input!.shape, output.shape), input!.data, output.data);
    },

    shaders(attributes, [input], output) {
      const steps = walk(attributes, input!, output);
      // Slices of one shape share a shader.
      const sizes = { start: steps.start ?? 0 };
      return [
        perElement(output, { code: code + placeCode(steps), constants: {}, sizes, reads: [0] }),
      ];
    },
  };
}

/** A walk through a tensor whose axes are taken in another order. */
export function reordered(shape: Shape, order: readonly number[]): Walk {
  const strides = stridesOf(shape);
  return {
    extents: order.map((axis) => shape[axis]!),
    strides: order.map((axis) => strides[axis]!),
  };
}

/** How far apart the neighbours along each axis lie. */
export function stridesOf(shape: Shape): readonly number[] {
  return shape.map((_, axis) => count(shape.slice(axis + 1)));
}

/** WGSL: `fn place(i: i32) -> i32`, where an element lies in the input. */
function placeCode({ extents, strides }: Walk): string {
  const inner = stridesOf(extents);
  const terms = extents.map((extent, axis) => `i / ${inner[axis]} % ${extent} * ${strides[axis]}`);
  return `fn place(i: i32) -> i32 { return ${["g.start", ...terms].join(" + ")}; }\n`;
}

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;
@group(0) @binding(1) var<storage, read> input: array<f32>;

// One invocation copies one element.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= count) { return; }
  output[i] = input[place(i)];
}
`;
