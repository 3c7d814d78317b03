/**
 * MaxUnPool: moves each value to the position of its maximum, given by the second top of a Pooling.
 *
 * @module
 */
import { message, uint32 } from "../../../proto/message.ts";
import { apply, defineLayer } from "../layer.ts";
import { expectPositive } from "../positive.ts";

export const maxUnPool = defineLayer({
  type: "MaxUnPool",
  ops: ["unpool"],
  param: {
    name: "max_unpool_param",
    number: 506,
    message: message("MaxUnPoolParameter", { dst_h: uint32(1, 0), dst_w: uint32(2, 0) }),
  },
  bottoms: [2, 2],

  lower({ graph, name, param: { dst_h, dst_w }, bottoms }) {
    expectPositive({ dst_h, dst_w });
    return [apply(graph, "unpool", name, bottoms, { size: [dst_h, dst_w] })];
  },
});
