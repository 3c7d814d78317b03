/**
 * Ristretto's layers: Caffe's, trained for reduced precision, which is only simulated. Here they
 * compute in float32.
 *
 * @see https://github.com/pmgysel/caffe
 *
 * @module
 */
import { convolution } from "../bvlc/convolution.ts";
import { deconvolution } from "../bvlc/deconvolution.ts";
import { learnedInnerProduct } from "../bvlc/inner_product.ts";
import { lrn } from "../bvlc/lrn.ts";
import type { Layer } from "../layer.ts";
import { unrounded } from "./unrounded.ts";

/** The layers by their names in Ristretto. */
export const ristretto: readonly Layer[] = [
  named("ConvolutionRistretto", convolution),
  named("DeconvolutionRistretto", deconvolution),
  named("FcRistretto", learnedInnerProduct),
  named("LRNRistretto", lrn),
];

function named(type: string, layer: Layer): Layer {
  return unrounded(type, layer, ({ layer, warn }) => {
    if (!layer.hasParam({ name: "quantization_param" })) return;
    warn("its numbers are not rounded to few bits, as they are in Ristretto");
  });
}
