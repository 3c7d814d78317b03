/**
 * Keeps a range of an axis.
 *
 * @module
 */
import { axisOf, count } from "../tensor.ts";
import { integer } from "./attribute.ts";
import { defineOp, spread } from "./op.ts";

/** Input: a tensor of any shape. */
export const slice = defineOp({
  schema: {
    axis: integer(1),
    /** The first position that is kept; a negative one counts from the end. */
    start: integer(0),
    /** One past the last position that is kept; 0 is the end, a negative one counts from there. */
    end: integer(0),
  },

  shape({ axis, start, end }, [input]) {
    const sliced = axisOf(axis, input!.length);
    const extent = input![sliced]!;
    const first = fromEnd(start, extent), last = end > 0 ? end : extent + end;
    if (first < 0 || first >= last || last > extent) {
      throw new TypeError(
        `its range ${start} to ${end} does not lie within the ${extent} of axis ${sliced}`,
      );
    }
    return input!.with(sliced, last - first);
  },

  reference({ axis, start }, [input], output) {
    const sliced = axisOf(axis, output.shape.length);
    const row = count(input!.shape.slice(sliced));
    const part = count(output.shape.slice(sliced));
    const skip = fromEnd(start, input!.shape[sliced]!) * count(output.shape.slice(sliced + 1));
    for (let outer = 0; outer * part < output.data.length; outer++) {
      const from = outer * row + skip;
      output.data.set(input!.data.subarray(from, from + part), outer * part);
    }
  },

  shaders({ axis, start }, [input], output) {
    const sliced = axisOf(axis, output.length);
    return [{
      code,
      constants: {
        row: count(input!.slice(sliced)),
        part: count(output.slice(sliced)),
        skip: fromEnd(start, input![sliced]!) * count(output.slice(sliced + 1)),
        count: count(output),
      },
      workgroups: spread(count(output)),
    }];
  },
});

/** A position from the front, where a negative one counts from the end. */
export function fromEnd(position: number, extent: number): number {
  return position < 0 ? extent + position : position;
}

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;  // [outer, part]
@group(0) @binding(1) var<storage, read> input: array<f32>;         // [outer, row]

// One invocation copies one element.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i >= count) { return; }
  output[i] = input[i / part * row + skip + i % part];
}
`;
