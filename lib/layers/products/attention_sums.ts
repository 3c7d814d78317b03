/**
 * Sums that attention weighs. LinearSum sums all positions of an image, weighted by one plane, into one
 * number for each channel; FilterSum sums its channels, weighted by one number for each, into one plane.
 * TransferNet makes a class's attention from the first, and a map from the second.
 *
 * WordSum of question-guided attention ("Ask, Attend and Answer") sums the rows of each matrix with
 * learned weights, and adds a bias for each element of the result:
 *
 *     [N, M, E]  →  weights [K, M] · [M, E] + biases [K·E]  →  [N, K, E]
 *
 * @see https://github.com/maga33/TransferNet/blob/master/caffe/src/caffe/layers/linear_sum_layer.cpp
 * @see https://github.com/maga33/TransferNet/blob/master/caffe/src/caffe/layers/filter_sum_layer.cpp
 * @see https://github.com/VisionLearningGroup/Ask_Attend_and_Answer/blob/master/caffe/src/caffe/layers/word_sum_layer.cpp
 * @module
 */
import { bool, message, nested, uint32 } from "../../../proto/message.ts";
import { expectImage, sameShape, showShape } from "../../../runtime/tensor.ts";
import { FillerParameter } from "../../caffe/schema.ts";
import { constant } from "../filler.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";
import { expectPositive } from "../positive.ts";
import { timesChannel, timesPlanes } from "./times_planes.ts";

export const linearSum = defineLayer({
  type: "LinearSum",
  ops: ["eltwise", "reduce", "reshape", "tile"],
  bottoms: [2, 2],

  lower({ graph, name, bottoms: [image, weights], shapes }) {
    expectImage(image!.shape);
    if (!sameShape(weights!.shape, image!.shape.with(1, 1))) {
      throw new TypeError(
        `its bottoms are ${shapes.map(showShape).join(" and ")}, but they must be an image ` +
          "[N, C, H, W] and weights [N, 1, H, W]",
      );
    }
    const one = fixed(graph, name, weights!, 1, 2);
    const weighed = timesChannel(graph, `${name}/weighed`, image!, one, `${name}/weights`);
    return [apply(graph, "reduce", name, [weighed], { axis: 2 })];
  },
});

export const filterSum = defineLayer({
  type: "FilterSum",
  ops: ["affine", "conv2d", "reshape"],
  bottoms: [2, 2],

  lower({ graph, name, bottoms: [image, weights], shapes }) {
    expectImage(image!.shape);
    const weighed = timesPlanes(graph, `${name}/weighed`, image!, weights!, `${name}/weights`);
    if (weighed === undefined) {
      throw new TypeError(
        `its bottoms are ${shapes.map(showShape).join(" and ")}, but they must be an image ` +
          "[N, C, H, W] and weights [N, C]",
      );
    }
    const ones = new LayerNodes(graph, name).constant("ones", [1, image!.shape[1]!, 1, 1], () => 1);
    const settings = { output: 1, kernel: [1, 1], bias: false } as const;
    return [apply(graph, "conv2d", name, [weighed, ones], settings)];
  },
});

export const wordSum = defineLayer({
  type: "WordSum",
  ops: ["affine", "conv2d", "reshape"],
  param: {
    name: "word_sum_param",
    message: message("WordSumParameter", {
      num_output: uint32(0),
      bias_term: bool(0, true),
      weight_filler: nested(0, FillerParameter),
      bias_filler: nested(0, FillerParameter),
    }),
  },

  blobs({ param, shapes: [shape] }) {
    if (shape!.length !== 3) {
      throw new TypeError(`its bottom is ${showShape(shape!)}, but it must be [N, M, E]`);
    }
    const { num_output } = param;
    expectPositive({ num_output });
    const because = `num_output ${num_output} with a bottom ${showShape(shape!)}`;
    const [, rows, columns] = shape as readonly [number, number, number];
    const weights = {
      name: "weights",
      shape: [num_output!, rows],
      filler: param.weight_filler,
      because,
    };
    const biases = {
      name: "biases",
      shape: [num_output! * columns],
      filler: param.bias_filler ?? constant(0),
      because,
    };
    return param.bias_term ? [weights, biases] : [weights];
  },

  lower({ graph, name, param, bottoms: [bottom], blobs: [weights, biases] }) {
    const nodes = new LayerNodes(graph, name), output = param.num_output!;
    const image = nodes.reshape("image", bottom!, [0, 0, 0, 1]);
    const kernels = nodes.numbers("kernels", graph.dataOf(weights!)!, [...weights!.shape, 1, 1]);
    const sums = nodes.add("conv2d", "sums", [image, kernels], {
      output,
      kernel: [1, 1],
      bias: false,
    });
    const drop = { shape: [], axis: 3 };
    if (biases === undefined) return [apply(graph, "reshape", name, [sums], drop)];
    const matrices = nodes.add("reshape", "matrices", [sums], drop);
    const offsets = nodes.numbers("offsets", graph.dataOf(biases)!, matrices.shape.slice(1));
    return [apply(graph, "affine", name, [matrices, offsets], { terms: "offset" })];
  },
});
