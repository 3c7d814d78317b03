/**
 * Correlation: compares each window of the first bottom with the windows of the second within a
 * maximum displacement.
 *
 * @see https://github.com/lmb-freiburg/flownet2/blob/master/src/caffe/layers/correlation_layer.cu
 * @module
 */
import {
  bool,
  enumeration,
  int32,
  message,
  type MessageOf,
  uint32,
} from "../../../proto/message.ts";
import { apply, defineLayer } from "../layer.ts";

/** Its settings, which Correlation1D shares. */
export const correlationParam = {
  name: "correlation_param",
  number: 150,
  message: message("CorrelationParameter", {
    pad: uint32(2, 0),
    kernel_size: uint32(3),
    max_displacement: uint32(4),
    stride_1: uint32(5, 1),
    stride_2: uint32(6, 1),
    /** Unused in the fork. */
    do_abs: bool(7, false),
    /** Of Correlation1D. */
    single_direction: int32(0, 0),
    correlation_type: enumeration(15, { MULTIPLY: 0, SUBTRACT: 1 }, "MULTIPLY"),
  }),
};

export const correlation = defineLayer({
  type: "Correlation",
  ops: ["correlation"],
  param: correlationParam,
  bottoms: [2, 2],

  lower: ({ graph, name, param, bottoms }) => [
    apply(graph, "correlation", name, bottoms, settingsOf(param)),
  ],
});

/**
 * The settings of the op.
 *
 * @throws {TypeError} if those without a default are missing.
 */
export function settingsOf(param: MessageOf<typeof correlationParam.message>) {
  const { kernel_size, max_displacement } = param;
  if (kernel_size === undefined || max_displacement === undefined) {
    throw new TypeError("it needs both a kernel_size and a max_displacement");
  }
  return {
    compare: comparisons[param.correlation_type],
    kernel: kernel_size,
    pad: param.pad,
    displacement: max_displacement,
    stride: param.stride_1,
    step: param.stride_2,
  };
}

/** The names of the comparisons in the runtime. */
const comparisons = { MULTIPLY: "product", SUBTRACT: "difference" } as const;
