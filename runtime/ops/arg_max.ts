/**
 * The largest values along an axis, or their indices.
 *
 * @module
 */
import { axisOf } from "../tensor.ts";
import { integer, oneOf, size } from "./attribute.ts";
import { linesOf, perLine, roundsOf } from "./lines.ts";
import { defineOp } from "./op.ts";

/** Input: a tensor of any shape. Among equal values the later one ranks first, as in Caffe. */
export const argMax = defineOp({
  schema: {
    axis: integer(1),
    /** How many of the largest are kept, in descending order. */
    top: size(1),
    /** Whether the result holds indices or values. */
    result: oneOf(["index", "value"], "index"),
  },

  shape({ axis, top }, [input]) {
    const position = axisOf(axis, input!.length);
    if (top > input![position]!) {
      throw new TypeError(`it wants the ${top} largest of only ${input![position]} values`);
    }
    return input!.with(position, top);
  },

  rounds: ({ axis, top }, [input]) => top * (roundsOf(linesOf(axis, input!)) + 1),

  reference({ axis, top, result }, [input], output) {
    const { lines, length, inner } = linesOf(axis, input!.shape), { data } = input!;
    const order = Int32Array.from({ length }, (_, k) => k);
    for (let line = 0; line < lines; line++) {
      const column = line % inner, start = (line - column) * length + column;
      const value = (k: number) => data[start + k * inner]!;
      if (top > 1) order.sort((a, b) => value(b) - value(a) || b - a);
      else {
        order[0] = 0;
        for (let k = 1; k < length; k++) if (value(k) >= value(order[0]!)) order[0] = k;
      }
      for (let k = 0; k < top; k++) {
        const largest = order[k]!;
        output.data[(line - column) * top + column + k * inner] = result === "index"
          ? largest
          : value(largest);
      }
    }
  },

  shaders: ({ axis, top, result }, [input]) => [
    perLine(linesOf(axis, input!), { code, constants: { top, wants_index: result === "index" } }),
  ],
});

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;  // [outer, top, inner]
@group(0) @binding(1) var<storage, read> input: array<f32>;         // [outer, length, inner]

// Stands for less than all values.
const lowest = -3.4028234e38;

// Finds the largest values one after the other, by repeated scans.
fn line(i: i32, lane: i32) {
  let start = i / inner * inner * length + i % inner;
  var last_value = 0.0;
  var last_index = -1;
  for (var place = 0; place < top; place++) {
    var best_value = lowest;
    var best_index = -1;
    for (var k = lane; k < length; k += lanes) {
      let value = input[start + k * inner];
      let taken = last_index >= 0 &&
        (value > last_value || (value == last_value && k >= last_index));
      if (!taken && (best_index < 0 || value >= best_value)) {
        best_value = value;
        best_index = k;
      }
    }
    best_value = max(best_value, lowest);
    let largest = max_over(best_value, lane);
    last_index = i32(max_over(select(f32(best_index), -1.0, best_value < largest), lane));
    last_value = input[start + last_index * inner];
    if (lane == 0) {
      output[i / inner * inner * top + i % inner + place * inner] =
        select(last_value, f32(last_index), wants_index);
    }
  }
}
`;
