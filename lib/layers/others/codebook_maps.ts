/**
 * The layers of networks that predict a word of a codebook for each pixel with an InnerProduct: of
 * surface normals, and of the motion in a still image.
 *
 * The layer after them, Decode, reads its codebook from a file, and is not supported.
 *
 * @see https://github.com/xiaolonw/caffe-3dnormal
 * @see https://github.com/Arroosh/optical_flow_prediction
 * @module
 */
import { message, type MessageOf, uint32 } from "../../../proto/message.ts";
import { count, showShape } from "../../../runtime/tensor.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer, type Layer, type LayerInstance } from "../layer.ts";

/** The settings of ReshapeBlock, which the fork for motion calls Reshape. */
export const blockFields = {
  new_channel: uint32(0, 0),
  new_height: uint32(0, 0),
  new_width: uint32(0, 0),
  new_patch_height: uint32(0, 0),
  new_patch_width: uint32(0, 0),
};

const ReshapeBlockParameter = message("ReshapeBlockParameter", blockFields);

/** ReshapeBlock: makes an image of values in MATLAB's order, `[N, W·H·C] → [N, C, H, W]`. */
const reshapeBlock = defineLayer({
  type: "ReshapeBlock",
  ops: ["permute", "reshape"],
  param: { name: "reshape_block_param", message: ReshapeBlockParameter },
  lower: lowerBlock,
});

/** Lowers ReshapeBlock. */
export function lowerBlock(
  { graph, name, param, bottoms: [bottom] }: LayerInstance<MessageOf<typeof ReshapeBlockParameter>>,
) {
  const { new_channel: channels, new_height: height, new_width: width } = param;
  if (param.new_patch_height !== height || param.new_patch_width !== width) {
    throw new TypeError(
      `its patches are ${param.new_patch_height} × ${param.new_patch_width}, but only one patch, ` +
        `the whole top of ${height} × ${width}, is supported`,
    );
  }
  if (count(bottom!.shape.slice(1)) !== channels * height * width) {
    throw new TypeError(
      `its bottom is ${showShape(bottom!.shape)}, but must have ${channels * height * width} ` +
        `values a sample, for ${channels} channels of ${height} × ${width} pixels`,
    );
  }
  const columns = apply(graph, "reshape", `${name}/columns`, [bottom!], {
    shape: [width, height, channels],
    axis: 1,
  });
  return [apply(graph, "permute", name, [columns], { order: [0, 3, 2, 1] })];
}

/**
 * MultiSoftmax: normalises the channels at each position to probabilities, or with `num_label` each
 * run of so many values.
 */
const multiSoftmax = defineLayer({
  type: "MultiSoftmax",
  ops: ["reshape", "softmax"],
  param: {
    name: "mult_softmax_param",
    message: message("MultSoftmaxParameter", { num_label: uint32(0, 0) }),
  },

  lower({ graph, name, param: { num_label }, bottoms: [bottom] }) {
    if (num_label === 0) return [apply(graph, "softmax", name, [bottom!], { axis: 1 })];
    const { shape } = bottom!;
    if (count(shape.slice(1)) % num_label !== 0) {
      throw new TypeError(
        `its bottom is ${showShape(shape)}, whose samples do not divide into runs of ` +
          `num_label: ${num_label}`,
      );
    }
    const same = fixed(graph, name, bottom!, 1);
    const runs = apply(graph, "reshape", `${name}/runs`, [same], {
      shape: [-1, num_label],
      axis: 1,
    });
    const shares = apply(graph, "softmax", `${name}/shares`, [runs], { axis: 2 });
    return [apply(graph, "reshape", name, [shares], { shape: shape.slice(1), axis: 1 })];
  },
});

export const codebookMaps: readonly Layer[] = [multiSoftmax, reshapeBlock];
