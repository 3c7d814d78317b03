/**
 * Nearest-neighbour upsampling: repeats each pixel.
 *
 * @module
 */
import { count, expectImage, type Shape, type Shape4 } from "../tensor.ts";
import { sizes } from "./attribute.ts";
import { moving } from "./move.ts";

/** Input: `[N, C, H, W]`. */
export const upsample = moving({
  schema: {
    /** The number of repetitions of rows and columns. */
    scale: sizes([2, 2]),
  },

  shape({ scale }, [input]): Shape {
    expectImage(input!);
    const [batch, channels, height, width] = input as Shape4;
    return [batch, channels, height * scale[0], width * scale[1]];
  },

  walk({ scale }, input) {
    const width = input[3]!;
    return {
      // The planes are taken as one tall image.
      extents: [count(input) / width, scale[0], width, scale[1]],
      strides: [width, 0, 1, 0],
    };
  },
});
