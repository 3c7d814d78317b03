/**
 * ContinuationIndicator: the continuation markers of an LSTM whose sequences all start at the first
 * step: 0 there, and 1 at all others.
 *
 * @see https://github.com/yalecyu/crnn.caffe
 * @module
 */
import { message, uint32 } from "../../../proto/message.ts";
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { refuseHuge } from "../filler.ts";
import { defineLayer } from "../layer.ts";
import { expectPositive } from "../positive.ts";

export const continuationIndicator = defineLayer({
  type: "ContinuationIndicator",
  param: {
    name: "continuation_indicator_param",
    message: message("ContinuationIndicatorParameter", {
      time_step: uint32(1, 0),
      batch_size: uint32(2, 0),
    }),
  },
  bottoms: [0, 0],

  lower({ graph, name, param: { time_step, batch_size } }) {
    expectPositive({ time_step, batch_size });
    return [continuationMarkers(graph, name, time_step, batch_size)];
  },
});

/** The markers `[steps, batch]` of sequences that all start at the first step. */
export function continuationMarkers(
  graph: GraphBuilder,
  name: string,
  steps: number,
  batch: number,
): Value {
  const shape = [steps, batch];
  refuseHuge(shape);
  const data = new Float32Array(steps * batch).fill(1).fill(0, 0, batch);
  return graph.constant(name, { shape, data });
}
