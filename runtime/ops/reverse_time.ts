/**
 * Reverses sequences, each up to its own length.
 *
 * @module
 */
import { count, misfit } from "../tensor.ts";
import { boolean } from "./attribute.ts";
import { defineOp } from "./op.ts";
import { perElement } from "./shader.ts";

/** Inputs: `[T, N, …]`, and the length of each of the N sequences, `[N]`. */
export const reverseTime = defineOp({
  schema: {
    /** Whether the steps after a sequence's end are kept, in place of zeros. */
    keepRest: boolean(false),
  },

  inputs: [2, 2],

  shape(_, [input, lengths]) {
    if (input!.length < 2 || count(lengths!) !== input![1]) {
      throw misfit([input!, lengths!], "be sequences [T, N, …] and N lengths");
    }
    return input!;
  },

  reference({ keepRest }, [input, lengths], output) {
    const sequences = input!.shape[1]!, inner = count(input!.shape.slice(2));
    for (let i = 0; i < output.data.length; i++) {
      const t = Math.floor(i / (inner * sequences));
      const length = Math.min(lengths!.data[Math.floor(i / inner) % sequences]!, input!.shape[0]!);
      const step = Math.trunc(length) - 1 - 2 * t;
      if (t < Math.trunc(length)) output.data[i] = input!.data[i + step * inner * sequences]!;
      else output.data[i] = keepRest ? input!.data[i]! : 0;
    }
  },

  shaders: ({ keepRest }, [input], output) => [perElement(output, {
    code,
    constants: {
      steps: input![0]!,
      sequences: input![1]!,
      inner: count(input!.slice(2)),
      keep_rest: keepRest,
    },
  })],
});

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;  // [steps, sequences, inner]
@group(0) @binding(1) var<storage, read> input: array<f32>;         // [steps, sequences, inner]
@group(0) @binding(2) var<storage, read> lengths: array<f32>;       // [sequences]

// One invocation copies one element.
fn invocation(i: i32) {
  let t = i / (inner * sequences);
  let length = i32(clamp(lengths[i / inner % sequences], 0.0, f32(steps)));
  if (t < length) {
    output[i] = input[i + (length - 1 - 2 * t) * inner * sequences];
  } else {
    output[i] = select(0.0, input[i], keep_rest);
  }
}
`;
