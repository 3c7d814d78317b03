/**
 * The engine of a layer: which of Caffe's implementations computes it, with one meaning for all.
 *
 * @module
 */
import { openEnumeration } from "../../proto/message.ts";

/** A field `engine`, with the names that forks added. More of them mean nothing else. */
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
