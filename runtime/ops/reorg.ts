/**
 * Darknet's reorg: trades height and width for channels.
 *
 * It differs from TensorFlow's space-to-depth: the data is first read as if it had S² times fewer
 * channels and a larger image. With the input's extents:
 *
 *     [C, H, W]  →  [C/S², H, S, W, S]  →  [S, S, C/S², H, W]  →  [C·S², H/S, W/S]
 *     reversed:     [S, S, C/S², H, W]  →  [C/S², H, S, W, S]  →  [C/S², H·S, W·S]
 *
 * @module
 */
import { type Shape4, showShape } from "../tensor.ts";
import { boolean, size } from "./attribute.ts";
import { moving, reordered } from "./move.ts";

/** Input: `[N, C, H, W]`. */
export const reorg = moving({
  schema: {
    stride: size(),
    /** Whether channels become height and width instead. */
    reverse: boolean(false),
  },

  shape({ stride, reverse }, [input]) {
    const [batch, channels, height, width] = input as Shape4;
    const areFew = channels % stride ** 2 !== 0;
    const areOdd = !reverse && (height % stride !== 0 || width % stride !== 0);
    if (input!.length !== 4 || areFew || areOdd) {
      throw new TypeError(
        `its stride is ${stride}, but its input ${showShape(input!)} must be an image whose ` +
          "channels it divides twice" + (reverse ? "" : ", and whose height and width once"),
      );
    }
    return reverse
      ? [batch, channels / stride ** 2, height * stride, width * stride]
      : [batch, channels * stride ** 2, height / stride, width / stride];
  },

  walk({ stride, reverse }, input) {
    const [batch, channels, height, width] = input as Shape4;
    const fewer = channels / stride ** 2;
    return reverse
      ? reordered([batch, stride, stride, fewer, height, width], [0, 3, 4, 1, 5, 2])
      : reordered([batch, fewer, height, stride, width, stride], [0, 3, 5, 1, 2, 4]);
  },
});
