/**
 * CConvolution and CInnerProduct: layers pruned by Dynamic Network Surgery. Each learned blob has a
 * mask of zeros and ones; the masks follow the blobs.
 *
 * @see https://github.com/yiwenguo/Dynamic-Network-Surgery
 *
 * @module
 */
import { float, message, nested } from "../../../proto/message.ts";
import { FillerParameter } from "../../caffe/schema.ts";
import { convolution } from "../bvlc/convolution.ts";
import { learnedInnerProduct } from "../bvlc/inner_product.ts";
import { constant } from "../filler.ts";
import type { Layer } from "../layer.ts";

/** The initialization of the masks, and their updates in training. */
const SurgeryParameter = message("SurgeryParameter", {
  gamma: float(0),
  power: float(0),
  c_rate: float(0),
  iter_stop: float(0),
  inter_iter: float(0),
  upper_bound: float(0),
  weight_mask_filler: nested(0, FillerParameter),
  bias_mask_filler: nested(0, FillerParameter),
});

/** The layers. */
export const pruned: readonly Layer[] = [
  masked("CConvolution", convolution, "cconvolution_param"),
  masked("CInnerProduct", learnedInnerProduct, "cinner_product_param"),
];

function masked(type: string, layer: Layer, field: string): Layer {
  const param = { name: field, message: SurgeryParameter };
  return {
    ...layer,
    type,
    otherParams: [param],

    blobs(shape) {
      const learned = layer.blobs!(shape);
      const { weight_mask_filler, bias_mask_filler } = shape.layer.param(param);
      const fillers = [weight_mask_filler, bias_mask_filler];
      const masks = learned.map((spec, i) => ({
        ...spec,
        name: `mask of ${spec.name}`,
        filler: fillers[i] ?? constant(1),
      }));
      return [...learned, ...masks];
    },

    lower(instance) {
      const { graph, name, blobs } = instance;
      const learned = blobs.slice(0, blobs.length / 2);
      const kept = learned.map((blob, i) => {
        const mask = graph.dataOf(blobs[learned.length + i]!)!;
        const data = graph.dataOf(blob)!.map((value, k) => value * mask[k]!);
        return graph.constant(`${name}/${["weights", "biases"][i]} kept`, { ...blob, data });
      });
      return layer.lower!({ ...instance, blobs: kept });
    },
  };
}
