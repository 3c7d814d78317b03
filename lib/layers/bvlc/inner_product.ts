/**
 * InnerProduct: every output is a weighted sum of a whole sample, and a bias.
 *
 * A sample is read in the order channels, height, width; TensorFlow flattens height, width,
 * channels. Weights are `[output, K]`, TensorFlow's `[K, output]`, like Caffe's with `transpose`.
 *
 * Forks for faces can divide the weights of each output by their length first (`normalize`). There
 * the second bottom, if there is one, is the weights, and the third the biases; the first extent of the
 * weights is the number of outputs, whatever `num_output` says.
 *
 * @see https://github.com/happynear/caffe-windows
 * @module
 */
import { bool, int32, message, nested, onlyWith, uint32 } from "../../../proto/message.ts";
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { axisOf, count, showShape } from "../../../runtime/tensor.ts";
import { FillerParameter } from "../../caffe/schema.ts";
import { transpose } from "../../transpose.ts";
import { apply, defineLayer, type Layer, type LayerInstance } from "../layer.ts";
import { expectPositive } from "../positive.ts";
import { weightsAndBiases } from "../weights.ts";
import { unquantized } from "./convolution_parameter.ts";

/** The layer with weights of its own, as forks vary it. */
export const learnedInnerProduct = defineLayer({
  type: "InnerProduct",
  ops: ["dense"],
  param: {
    name: "inner_product_param",
    number: 117,
    message: message("InnerProductParameter", {
      num_output: uint32(1, 0),
      bias_term: bool(2, true),
      weight_filler: nested(3, FillerParameter),
      bias_filler: nested(4, FillerParameter),
      axis: int32(5, 1),
      transpose: bool(6, false),
      /** AMSoftmax's. */
      normalize: bool(0, false),
      ...onlyWith(unquantized),
    }),
  },

  blobs({ param, shapes: [shape] }) {
    const { num_output, axis, transpose } = param;
    expectPositive({ num_output });
    const inputs = count(shape!.slice(axisOf(axis, shape!.length)));
    return transpose
      ? weightsAndBiases(param, [inputs, num_output], shape, "weights_transposed")
      : weightsAndBiases(param, [num_output, inputs], shape);
  },

  lower({ graph, name, param, bottoms: [bottom], blobs: [stored, ...biases] }) {
    const { shape } = stored!;
    const rows = param.transpose
      ? graph.constant(`${name}/weights`, {
        shape: shape.toReversed(),
        data: transpose(graph.dataOf(stored!)!, shape),
      })
      : stored!;
    const weights = param.normalize ? unitRows(graph, name, rows, 1e-6) : rows;
    return [
      apply(graph, "dense", name, [bottom!, weights, ...biases], {
        output: param.num_output,
        axis: param.axis,
        bias: param.bias_term,
      }),
    ];
  },
});

export const innerProduct: Layer = {
  ...learnedInnerProduct,
  ops: ["dense", "reshape"],
  bottoms: [1, 3],
  blobs: (shape) => shape.shapes.length > 1 ? [] : learnedInnerProduct.blobs!(shape),

  lower: (instance) =>
    instance.bottoms.length > 1
      ? [timesBottom(instance, instance.param as Settings)]
      : learnedInnerProduct.lower!(instance),
};

/** The settings that count if the weights are a bottom. */
interface Settings {
  readonly axis: number;
  readonly bias_term: boolean;
  readonly transpose: boolean;
}

/** The product with weights, and perhaps biases, that are bottoms. */
function timesBottom(
  { graph, name, bottoms, shapes }: LayerInstance<unknown>,
  { axis, bias_term: bias, transpose }: Settings,
): Value {
  const [input, weights, biases] = shapes;
  const inputs = count(input!.slice(axisOf(axis, input!.length))), [output] = weights!;
  if (transpose) {
    throw new TypeError("it transposes weights that are a bottom, which is unsupported");
  }
  if (bias && biases === undefined) {
    throw new TypeError(
      "its weights are a bottom, so its biases must be the third one; without biases, it needs " +
        "bias_term: false",
    );
  }
  if (output === undefined || count(weights!) !== output * inputs) {
    throw new TypeError(
      `its second bottom, the weights, is ${showShape(weights!)}, but must have ${inputs} ` +
        "numbers for each output",
    );
  }
  const matrix = weights!.length === 2
    ? bottoms[1]!
    : apply(graph, "reshape", `${name}/weights`, [bottoms[1]!], { shape: [-1], axis: 1 });
  const flat = bias
    ? [apply(graph, "reshape", `${name}/biases`, [bottoms[2]!], { shape: [-1] })]
    : [];
  return apply(graph, "dense", name, [bottoms[0]!, matrix, ...flat], { output, axis, bias });
}

/** A matrix whose rows are divided by their length; `eps` is added to the sum of squares. */
export function unitRows(graph: GraphBuilder, name: string, rows: Value, eps: number): Value {
  const data = graph.dataOf(rows)!.slice(), width = rows.shape[1]!;
  for (let start = 0; start < data.length; start += width) {
    const row = data.subarray(start, start + width);
    const squares = row.reduce((sum, value) => sum + value * value, eps);
    // An untrained row of zeros cannot be normalized.
    if (squares > 0) row.forEach((value, i) => row[i] = value / Math.sqrt(squares));
  }
  return graph.constant(`${name}/unit weights`, { shape: rows.shape, data });
}
