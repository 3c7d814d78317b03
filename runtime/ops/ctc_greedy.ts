/**
 * Greedy CTC decoding: the best class of each step, without blanks and repeats.
 *
 * @see https://www.cs.toronto.edu/~graves/icml_2006.pdf Connectionist Temporal Classification
 *
 * @module
 */
import { type Shape, showShape } from "../tensor.ts";
import { boolean, integer } from "./attribute.ts";
import { type Lines, perLine, roundsOf } from "./lines.ts";
import { defineOp } from "./op.ts";

/** Input: scores `[T, N, classes]`. Output: labels `[N, T, 1, 1]`, padded with −1. */
export const ctcGreedy = defineOp({
  schema: {
    /** The blank class; a negative one counts from the last. */
    blank: integer(0),
    /** Whether repeats of a class without a blank between them are merged. */
    merge: boolean(true),
  },

  shape({ blank }, [scores]) {
    const [steps, sequences, classes] = scores!;
    if (scores!.length !== 3) {
      throw new TypeError(
        `its input is ${showShape(scores!)}, but it must be scores [T, N, classes]`,
      );
    }
    if (blank < -classes! || blank >= classes!) {
      throw new TypeError(`its blank is ${blank}, but there are ${classes} classes`);
    }
    return [sequences!, steps!, 1, 1];
  },

  rounds: (_, [scores]) => scores![0]! * (roundsOf(linesOf(scores!)) + 2),

  reference({ blank, merge }, [scores], output) {
    const [steps, sequences, classes] = scores!.shape as [number, number, number];
    const none = blank < 0 ? blank + classes : blank;
    output.data.fill(-1);
    for (let n = 0; n < sequences; n++) {
      let at = n * steps, previous = -1;
      for (let t = 0; t < steps; t++) {
        const first = (t * sequences + n) * classes;
        let best = 0;
        for (let c = 1; c < classes; c++) {
          if (scores!.data[first + c]! > scores!.data[first + best]!) best = c;
        }
        if (best !== none && !(merge && best === previous)) output.data[at++] = best;
        previous = best;
      }
    }
  },

  shaders: ({ blank, merge }, [scores]) => {
    const [steps, sequences, classes] = scores as [number, number, number];
    const constants = { steps, sequences, blank: blank < 0 ? blank + classes : blank, merge };
    return [perLine(linesOf(scores!), { code, constants })];
  },
});

/** The invocations of a sequence share the classes of a step. */
function linesOf([, sequences, classes]: Shape): Lines {
  return { lines: sequences!, length: classes!, inner: 1 };
}

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;  // [sequences, steps]
@group(0) @binding(1) var<storage, read> scores: array<f32>;        // [steps, sequences, length]

fn line(n: i32, lane: i32) {
  var at = n * steps;
  var previous = -1;
  for (var t = 0; t < steps; t++) {
    let first = (t * sequences + n) * length;
    var best = lane;
    for (var c = lane; c < length; c += lanes) {
      if (scores[first + c] > scores[first + best]) { best = c; }
    }
    let value = scores[first + best];
    // Among equal scores, the first class.
    best = -i32(max_over(select(-f32(best), f32(-length), value < max_over(value, lane)), lane));
    if (best != blank && !(merge && best == previous)) {
      if (lane == 0) { output[at] = f32(best); }
      at++;
    }
    previous = best;
  }
  if (lane > 0) { return; }
  for (; at < (n + 1) * steps; at++) { output[at] = -1.0; }
}
`;
