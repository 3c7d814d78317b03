/**
 * The engine of a layer: the implementation that Caffe selects. All compute the same.
 *
 * @module
 */
import { openEnumeration } from "../../../proto/message.ts";

/** A field `engine`, including the values that forks added. */
export const engine = (number: number) =>
  openEnumeration(number, {
    DEFAULT: 0,
    CAFFE: 1,
    CUDNN: 2,
    LIBDNN: 3,
    MKL2017: 3,
    MKLDNN: 4,
    INTEL_SPATIAL: 4,
  }, "DEFAULT");
