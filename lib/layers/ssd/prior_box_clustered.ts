/**
 * PriorBoxClustered of Intel's fork: PriorBox with an explicit width and height for each box.
 *
 * @see https://docs.openvino.ai/2024/documentation/openvino-ir-format/operation-sets/operation-specs/detection/prior-box-clustered-1.html
 * @module
 */
import { apply, defineLayer } from "../layer.ts";
import { priorBoxParam, settingsOf } from "./prior_box.ts";

export const priorBoxClustered = defineLayer({
  type: "PriorBoxClustered",
  ops: ["priorBox"],
  param: priorBoxParam,
  bottoms: [2, 2],

  lower({ graph, name, param, bottoms }) {
    const { width, height } = param;
    if (width.length === 0 || width.length !== height.length) {
      throw new TypeError(
        `it has ${width.length} width and ${height.length} height, but needs as many of both, and ` +
          "one at least",
      );
    }
    if (![...width, ...height].every((extent) => extent > 0)) {
      throw new TypeError("its width and height must be above 0");
    }
    const boxes = width.flatMap((extent, i) => [extent, height[i]!]);
    return [apply(graph, "priorBox", name, bottoms, { boxes, ...settingsOf(param) })];
  },
});
