/**
 * Margin losses of face recognition networks, on the angles between features and weights. During
 * training a margin makes it harder for the label's class; without labels there is none.
 *
 * @module
 */
import {
  bool,
  enumeration,
  float,
  int32,
  message,
  nested,
  uint32,
} from "../../../proto/message.ts";
import { axisOf, count } from "../../../runtime/tensor.ts";
import { FillerParameter } from "../../caffe/schema.ts";
import { unitRows } from "../bvlc/inner_product.ts";
import { apply, defineLayer, type Layer, topName } from "../layer.ts";
import { expectPositive } from "../positive.ts";

/** The settings of InnerProduct, and those of the margin. */
const MarginInnerProductParameter = message("MarginInnerProductParameter", {
  num_output: uint32(1, 0),
  type: enumeration(2, { SINGLE: 0, DOUBLE: 1, TRIPLE: 2, QUADRUPLE: 3 }, "SINGLE"),
  weight_filler: nested(3, FillerParameter),
  axis: int32(4, 1),
  base: float(5, 1),
  gamma: float(6, 0),
  power: float(7, 1),
  iteration: int32(8, 0),
  lambda_min: float(9, 0),
});

/**
 * A product without biases. Its second top is λ, the weight of the product without the margin, in the
 * first iteration.
 *
 * @param isUnit Whether the weights of each output are divided by their length.
 */
function marginProduct(type: string, field: string, isUnit: boolean): Layer {
  return defineLayer({
    type,
    ops: ["dense"],
    param: { name: field, message: MarginInnerProductParameter },
    bottoms: [1, 2],
    tops: [1, 2],
    uses: 1,

    blobs({ param: { num_output, axis, weight_filler: filler }, shapes: [shape] }) {
      expectPositive({ num_output });
      const inputs = count(shape!.slice(axisOf(axis, shape!.length)));
      const because = `num_output ${num_output}`;
      return [{ name: "weights", shape: [num_output, inputs], filler, because }];
    },

    lower(instance) {
      const { graph, name, layer, param, bottoms: [bottom], blobs: [stored] } = instance;
      const weights = isUnit ? unitRows(graph, name, stored!, 0) : stored!;
      const product = apply(graph, "dense", name, [bottom!, weights], {
        output: param.num_output,
        axis: param.axis,
        bias: false,
      });
      if (layer.tops.length === 1) return [product];
      const { base, gamma, power, iteration, lambda_min } = param;
      const lambda = Math.max(base * (1 + gamma * (iteration + 1)) ** -power, lambda_min);
      const data = new Float32Array([lambda]);
      return [product, graph.constant(topName(instance, 1), { shape: [1], data })];
    },
  });
}

/** A layer that changes the cosine of the label's class only, and has settings of the margin only. */
function margin(type: string, field: string, settings: readonly string[]): Layer {
  const fields = settings.map((setting) => [setting, float(0)] as const);
  return defineLayer({
    type,
    param: {
      name: field,
      message: message(`${type}Parameter`, {
        ...Object.fromEntries(fields),
        transform_test: bool(0, false),
      }),
    },
    bottoms: [1, 2],
    uses: 1,
    lower: ({ bottoms: [bottom] }) => [bottom!],
  });
}

/**
 * The layers of SphereFace, L-Softmax, AMSoftmax, ArcFace and its combination with both.
 *
 * @see https://github.com/xialuxi/arcface-caffe
 * @see https://github.com/gehaocool/CombinedMargin-caffe
 */
export const margins: readonly Layer[] = [
  marginProduct("MarginInnerProduct", "margin_inner_product_param", true),
  marginProduct("LargeMarginInnerProduct", "largemargin_inner_product_param", false),
  margin("LabelSpecificAdd", "label_specific_add_param", ["bias"]),
  margin("CosinAddm", "cosin_add_m_param", ["m"]),
  margin("CombinedMargin", "combined_margin_param", ["m1", "m2", "m3"]),
];
