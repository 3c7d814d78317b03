/**
 * BinaryConvolution and BinaryInnerProduct of HWGQ: layers with binary weights, of which only the
 * sign counts. Their magnitude is 1 or, with `use_alpha`, the mean absolute value of the output's
 * weights, which forks for XNOR-Net have always, without a setting.
 *
 * @see https://github.com/zhaoweicai/hwgq
 * @see https://github.com/zzqiuzz/caffe-zz
 *
 * @module
 */
import { bool, message } from "../../../proto/message.ts";
import { convolution } from "../bvlc/convolution.ts";
import { learnedInnerProduct } from "../bvlc/inner_product.ts";
import type { Layer, LayerInstance, LayerShape } from "../layer.ts";

const BinaryParameter = message("BinaryParameter", {
  use_alpha: bool(1, false),
  use_binarization: bool(2, true),
});

/** The layers of HWGQ. */
export const binary: readonly Layer[] = [
  binaryOf("BinaryConvolution", convolution, "binary_convolution_param"),
  binaryOf("BinaryInnerProduct", learnedInnerProduct, "binary_inner_product_param"),
];

function binaryOf(type: string, layer: Layer, field: string): Layer {
  const param = { name: field, message: BinaryParameter };
  return {
    ...layer,
    type,
    otherParams: [param],
    blobs: (shape) => layer.blobs!(inRows(shape)),

    lower(instance: LayerInstance<unknown>) {
      const { graph, name, blobs: [weights, ...biases] } = instance;
      if (!instance.layer.hasParam(param)) {
        instance.warn(
          "its weights are taken for 1 and −1, as in HWGQ; forks for XNOR-Net multiply them by their " +
            `mean magnitude, as ${field} { use_alpha: true } says`,
        );
      }
      const { use_alpha, use_binarization } = instance.layer.param(param);
      if (!use_binarization) return layer.lower!(inRows(instance));
      const data = signs(graph.dataOf(weights!)!, weights!.shape[0]!, use_alpha);
      const binary = graph.constant(`${name}/signs`, { shape: weights!.shape, data });
      return layer.lower!(inRows({ ...instance, blobs: [binary, ...biases] }));
    },
  };
}

/** The layer with one row of weights per output, which HWGQ uses regardless of `transpose`. */
function inRows<Shape extends LayerShape<unknown>>(shape: Shape): Shape {
  return { ...shape, param: { ...shape.param as object, transpose: false } };
}

/** The signs of weights (that of 0 is positive) times the magnitude of their output. */
function signs(weights: Float32Array, outputs: number, useAlpha: boolean): Float32Array {
  const signed = new Float32Array(weights.length);
  const length = weights.length / outputs;
  for (let start = 0; start < weights.length; start += length) {
    const own = weights.subarray(start, start + length);
    const alpha = useAlpha ? own.reduce((sum, weight) => sum + Math.abs(weight), 0) / length : 1;
    own.forEach((weight, i) => signed[start + i] = weight >= 0 ? alpha : -alpha);
  }
  return signed;
}
