/**
 * The names of Convolution and Pooling with a dilation in early versions of the OpenCL branch of Caffe.
 *
 * @see https://github.com/naibaf7/caffe_neural_models
 * @module
 */
import type { Layer } from "../layer.ts";
import { convolution } from "./convolution.ts";
import { pooling } from "./pooling.ts";

/** ConvolutionSK and PoolingSK, with "strided kernels". */
export const stridedKernels: readonly Layer[] = [
  { ...convolution, type: "ConvolutionSK" },
  { ...pooling, type: "PoolingSK" },
];
