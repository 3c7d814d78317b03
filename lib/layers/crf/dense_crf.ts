/**
 * DenseCRF: DeepLab's refinement of scores by the picture's colours, a post-processing step. The
 * layer is left out, and the scores stay an output.
 *
 * @see https://bitbucket.org/deeplab/deeplab-public
 *
 * @module
 */
import { message } from "../../../proto/message.ts";
import { defineLayer } from "../layer.ts";

export const denseCrf = defineLayer({
  type: "DenseCRF",
  param: { name: "dense_crf_param", message: message("DenseCRFParameter", {}) },
  bottoms: [2, 3],
  uses: 1,
  leftOut: () =>
    "its refinement of scores by the picture's colours is post-processing; its first bottom is an " +
    "output",
});
