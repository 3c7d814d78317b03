/**
 * FlowWarp: warps the first bottom by the optical flow in the second.
 *
 * @see https://github.com/lmb-freiburg/flownet2/blob/master/src/caffe/layers/flow_warp_layer.cpp
 * @module
 */
import { enumeration, message } from "../../../proto/message.ts";
import { showShape } from "../../../runtime/tensor.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer } from "../layer.ts";

export const flowWarp = defineLayer({
  type: "FlowWarp",
  ops: ["flowWarp", "reshape"],
  param: {
    name: "flow_warp_param",
    number: 159,
    message: message("FlowWarpParameter", {
      fill_value: enumeration(1, { ZERO: 1, NOT_A_NUMBER: 2 }, "ZERO"),
    }),
  },
  bottoms: [2, 2],

  lower({ graph, name, param, bottoms }) {
    const [image, flow] = bottoms;
    if (flow!.shape[1] !== 2) {
      throw new TypeError(
        `its second bottom is ${showShape(flow!.shape)}, but a flow is [N, 2, H, W]`,
      );
    }
    const inputs = [image!, fixed(graph, name, flow!, 1, 2)];
    return [apply(graph, "flowWarp", name, inputs, { outside: outside[param.fill_value] })];
  },
});

const outside = { ZERO: "zero", NOT_A_NUMBER: "nan" } as const;
