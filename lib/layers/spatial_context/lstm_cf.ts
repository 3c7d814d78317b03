/**
 * ConvolutionDeeplab and Mask, of LSTM-CF, whose LSTMs read feature maps along their rows or columns.
 *
 * ConvolutionDeeplab is a convolution with a `hole`, DeepLab's name for the dilation. Mask has the
 * continuation markers of an LSTM, for all positions: 0 at the first row or column, 1 elsewhere. From
 * the bottom or the right, the fork means to start at the last one. Its loops do more, and networks
 * were trained with it: the second row, or the first column, is 0 as well.
 *
 * @see https://github.com/Winstonxu123/LSTM-CF
 * @module
 */
import { enumeration, message, uint32 } from "../../../proto/message.ts";
import { convolution } from "../bvlc/convolution.ts";
import { refuseHuge } from "../filler.ts";
import { defineLayer, type Layer } from "../layer.ts";
import { expectPositive } from "../positive.ts";

const convolutionDeeplab: Layer = {
  ...convolution,
  type: "ConvolutionDeeplab",
  param: { ...convolution.param!, otherNames: ["convolution_deeplab_param"] },
};

/** The rows or columns that are 0; negative ones count from the end. */
const zeros = {
  TOP2BOTTOM: [0],
  BOTTOM2TOP: [1, -1],
  LEFT2RIGHT: [0],
  RIGHT2LEFT: [0, -1],
};

const mask = defineLayer({
  type: "Mask",
  param: {
    name: "mask_param",
    message: message("MaskParameter", {
      width: uint32(0, 0),
      height: uint32(0, 0),
      masktype: enumeration(0, { VERTICAL: 0, HORIZONTAL: 1 }, "VERTICAL"),
      direction: enumeration(
        0,
        { LEFT2RIGHT: 0, RIGHT2LEFT: 1, TOP2BOTTOM: 2, BOTTOM2TOP: 3 },
        "TOP2BOTTOM",
      ),
    }),
  },
  bottoms: [0, Infinity],

  // Other forks multiply a bottom by another, or cut it out.
  unknown: ({ bottoms }) => bottoms.length > 0 ? "Mask with bottoms" : undefined,

  lower({ graph, name, param: { width, height, masktype, direction } }) {
    expectPositive({ width, height });
    const isVertical = masktype === "VERTICAL", shape = [height, width];
    if (isVertical !== direction.includes("TOP")) {
      throw new TypeError(`its direction is ${direction}, but its masktype ${masktype}`);
    }
    refuseHuge(shape);
    const still = zeros[direction].map((at) => at < 0 ? (isVertical ? height : width) + at : at);
    const data = Float32Array.from({ length: height * width }, (_, i) => {
      return still.includes(isVertical ? Math.floor(i / width) : i % width) ? 0 : 1;
    });
    return [graph.constant(name, { shape, data })];
  },
});

export const lstmCf: readonly Layer[] = [convolutionDeeplab, mask];
