/**
 * CCCP, or CCCPPooling: cascaded cross channel parametric pooling, the 1 × 1 convolution of early
 * networks in networks. As opposed to that of Convolution, num_output counts the channels of one
 * group, and the blobs are matrices.
 *
 * @see https://arxiv.org/abs/1312.4400
 * @see https://github.com/s9xie/DSN
 * @see https://github.com/stephenyan1231/caffe-public
 * @module
 */
import { bool, message, nested, uint32 } from "../../../proto/message.ts";
import { expectGroups, expectImage } from "../../../runtime/tensor.ts";
import { FillerParameter } from "../../caffe/schema.ts";
import { apply, defineLayer, type Layer } from "../layer.ts";
import { expectPositive } from "../positive.ts";
import { weightsAndBiases } from "../weights.ts";

const layer = defineLayer({
  type: "CCCP",
  ops: ["conv2d"],
  param: {
    name: "cccp_param",
    message: message("CCCPParameter", {
      num_output: uint32(0, 0),
      group: uint32(0, 1),
      bias_term: bool(0, true),
      /** The name in CCCPPooling. */
      biasterm: bool(0, true),
      weight_filler: nested(0, FillerParameter),
      bias_filler: nested(0, FillerParameter),
    }),
  },

  blobs({ param, shapes: [bottom] }) {
    const { num_output, group } = param, channels = bottom![1]!;
    expectImage(bottom!);
    const outputs = num_output * group, bias_term = param.bias_term && param.biasterm;
    expectPositive({ num_output });
    expectGroups(channels, outputs, group);
    return weightsAndBiases(
      { ...param, num_output: outputs, bias_term },
      [outputs, channels / group],
      bottom,
    );
  },

  lower({ graph, name, param: { group }, bottoms: [bottom], blobs: [weights, ...biases] }) {
    const kernels = graph.constant(`${name}/kernels`, {
      shape: [...weights!.shape, 1, 1],
      data: graph.dataOf(weights!)!,
    });
    return [
      apply(graph, "conv2d", name, [bottom!, kernels, ...biases], {
        output: weights!.shape[0]!,
        group,
        kernel: [1, 1],
        bias: biases.length > 0,
      }),
    ];
  },
});

export const cccp: readonly Layer[] = [layer, { ...layer, type: "CCCPPooling" }];
