/**
 * ADaPTION's layers: Caffe's, which round weights and results to fixed-point numbers. Here they compute
 * in float32. Each blob is followed by one of rounded numbers, which is computed again in each run.
 *
 * @see https://github.com/NeuromorphicProcessorProject/ADaPTION
 * @module
 */
import { bool, message, string, uint32 } from "../../../proto/message.ts";
import { convolution } from "../bvlc/convolution.ts";
import { learnedInnerProduct } from "../bvlc/inner_product.ts";
import { defineLayer, type Layer, type LayerInstance } from "../layer.ts";
import { unrounded } from "./unrounded.ts";

const param = {
  name: "lpfp_param",
  message: message("LowPrecisionFPParameter", {
    /** The bits before and after the point; the defaults are unknown. */
    bd: uint32(0),
    ad: uint32(0),
    round_bias: bool(0),
    rounding_scheme: string(0),
  }),
};

/** LPAct: rounds numbers. */
const rounding = defineLayer({
  type: "LPAct",
  ops: [],
  param,

  lower(instance) {
    tell(instance);
    return instance.bottoms;
  },
});

/** The layers by their names in ADaPTION. */
export const adaption: readonly Layer[] = [
  rounding,
  named("LPConvolution", convolution),
  named("LPInnerProduct", learnedInnerProduct),
];

function named(type: string, layer: Layer): Layer {
  const withRounded: Layer = {
    ...layer,
    blobs: (instance) =>
      layer.blobs!(instance).flatMap((spec) => [
        spec,
        { name: `rounded ${spec.name}`, shape: spec.shape, ignored: true },
      ]),
    lower: (instance) =>
      layer.lower!({ ...instance, blobs: instance.blobs.filter((_, i) => i % 2 === 0) }),
  };
  return unrounded(type, withRounded, (instance) => {
    instance.layer.param(param);
    tell(instance);
  });
}

function tell({ warn }: LayerInstance<unknown>): void {
  warn("its numbers are not rounded to few bits, as they are in ADaPTION");
}
