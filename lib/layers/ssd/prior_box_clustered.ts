/**
 * PriorBoxClustered of Intel's fork: PriorBox with an explicit width and height for each box.
 *
 * @see https://docs.openvino.ai/2024/documentation/openvino-ir-format/operation-sets/operation-specs/detection/prior-box-clustered-1.html
 * @module
 */
import { apply, defineLayer } from "../layer.ts";
import { explicitBoxes, priorBoxParam, settingsOf } from "./prior_box.ts";

export const priorBoxClustered = defineLayer({
  type: "PriorBoxClustered",
  ops: ["priorBox"],
  param: priorBoxParam,
  bottoms: [2, 2],

  lower({ graph, name, param, bottoms }) {
    const boxes = explicitBoxes(param.width, param.height).flat();
    return [apply(graph, "priorBox", name, bottoms, { boxes, ...settingsOf(param) })];
  },
});
