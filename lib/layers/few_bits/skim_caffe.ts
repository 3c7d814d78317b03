/**
 * SkimCaffe's layers for pruned networks: several of Caffe's layers in one, and Caffe's layers as MKL
 * computes them. They take the weights of a network that was trained with Caffe's own.
 *
 * @see https://github.com/IntelLabs/SkimCaffe
 *
 * @module
 */
import { convolution } from "../bvlc/convolution.ts";
import { learnedInnerProduct } from "../bvlc/inner_product.ts";
import { lrn } from "../bvlc/lrn.ts";
import { pooling } from "../bvlc/pooling.ts";
import { relu } from "../bvlc/relu.ts";
import type { Layer } from "../layer.ts";

/** The layers by their names in SkimCaffe. */
export const skimCaffe: readonly Layer[] = [
  { ...convolution, type: "MKLConvolution" },
  { ...relu, type: "MKLReLU" },
  { ...pooling, type: "MKLPooling" },
  { ...lrn, type: "MKLLRN" },
  sequence("ConvolutionReLU", convolution, relu),
  sequence("ConvolutionReLUPool", convolution, relu, unpadded(pooling)),
  sequence("ConvolutionReLUPoolLRN", convolution, relu, unpadded(pooling), lrn),
  sequence("InnerProductReLUDropout", learnedInnerProduct, relu),
  sequence("ReLUPooling", relu, pooling),
];

/** A layer, and others without weights, each with its own settings. */
function sequence(type: string, first: Layer, ...others: readonly Layer[]): Layer {
  return {
    ...first,
    type,
    ops: [first, ...others].flatMap(({ ops = [] }) => ops),
    otherParams: others.map(({ param }) => param!),
    bottoms: [1, 1],
    tops: [1, 1],

    lower(instance) {
      const { layer, name } = instance;
      const start = first.lower!({ ...instance, name: `${name}/${first.type}` });
      return others.reduce((bottoms, other, i) =>
        other.lower!({
          ...instance,
          name: i === others.length - 1 ? name : `${name}/${other.type}`,
          param: layer.param(other.param!),
          bottoms,
          shapes: bottoms.map(({ shape }) => shape),
          blobs: [],
        }), start);
    },
  };
}

/** Pooling without padding. With it, SkimCaffe's fused layers have longer windows at the start. */
function unpadded(layer: Layer): Layer {
  return {
    ...layer,
    lower(instance) {
      const { pad, pad_h = 0, pad_w = 0 } = instance.param as Pads;
      if ([...pad, pad_h, pad_w].some((extent) => extent !== 0)) {
        throw new TypeError("its pooling_param has padding, which is unsupported; it must be 0");
      }
      return layer.lower!(instance);
    },
  };
}

interface Pads {
  readonly pad: readonly number[];
  readonly pad_h?: number;
  readonly pad_w?: number;
}
