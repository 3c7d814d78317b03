/**
 * The largest values along an axis, or their indices.
 *
 * @module
 */
import { axisOf, count } from "../tensor.ts";
import { integer, oneOf, size } from "./attribute.ts";
import { defineOp, invocations } from "./op.ts";
import { lineOf } from "./softmax.ts";

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

  rounds: ({ axis, top }, [input]) => top * (lineOf(axis, input!)[0] + 1),

  reference({ axis, top, result }, [input], output) {
    const [length, inner] = lineOf(axis, input!.shape), { data } = input!;
    const order = Int32Array.from({ length }, (_, k) => k);
    for (let line = 0; line < data.length / length; line++) {
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

  shaders({ axis, top, result }, [input], output) {
    const [length, inner] = lineOf(axis, input!);
    return [invocations(count(output) / top, {
      code,
      constants: { length, inner, top, wants_index: result === "index" },
    })];
  },
});

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;  // [outer, top, inner]
@group(0) @binding(1) var<storage, read> input: array<f32>;         // [outer, length, inner]

// One invocation finds the k largest values at one position of the other axes, by repeated scans.
fn invocation(line: i32) {
  let start = line / inner * inner * length + line % inner;
  var last_value = 0.0;
  var last_index = -1;
  for (var place = 0; place < top; place++) {
    var best_value = 0.0;
    var best_index = -1;
    for (var k = 0; k < length; k++) {
      let value = input[start + k * inner];
      let taken = last_index >= 0 &&
        (value > last_value || (value == last_value && k >= last_index));
      if (!taken && (best_index < 0 || value >= best_value)) {
        best_value = value;
        best_index = k;
      }
    }
    let i = line / inner * inner * top + line % inner + place * inner;
    output[i] = select(best_value, f32(best_index), wants_index);
    last_value = best_value;
    last_index = best_index;
  }
}
`;
