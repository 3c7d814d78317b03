/**
 * ContinuationIndicator: the continuation markers of an LSTM whose sequences all start at the first
 * step: 0 there, and 1 at all others. In DeepDetect, a bottom has the batch, along `axis`.
 *
 * @see https://github.com/yalecyu/crnn.caffe
 * @see https://github.com/jolibrain/deepdetect/blob/master/templates/caffe/crnn/crnn.prototxt
 * @module
 */
import { int32, message, uint32 } from "../../../proto/message.ts";
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { axisOf } from "../../../runtime/tensor.ts";
import { refuseHuge } from "../filler.ts";
import { whileFixed } from "../fixed.ts";
import { defineLayer } from "../layer.ts";
import { expectPositive } from "../positive.ts";

export const continuationIndicator = defineLayer({
  type: "ContinuationIndicator",
  ops: ["reshape"],
  param: {
    name: "continuation_indicator_param",
    message: message("ContinuationIndicatorParameter", {
      time_step: uint32(1, 0),
      batch_size: uint32(2, 0),
      axis: int32(0, 0),
    }),
  },
  bottoms: [0, 1],

  lower({ graph, name, param: { time_step, batch_size: given, axis }, bottoms: [bottom] }) {
    if (bottom !== undefined && given !== 0) {
      throw new TypeError(
        "it has a bottom and a batch_size: that of forks where the values of the bottom tell which " +
          "sequences continue is not supported",
      );
    }
    const batch_size = bottom?.shape.at(axis) ?? given;
    expectPositive({ time_step, batch_size });
    if (bottom === undefined) return [continuationMarkers(graph, name, time_step, batch_size)];
    const markers = continuationMarkers(graph, `${name}/markers`, time_step, batch_size);
    const place = axisOf(axis, bottom.shape.length);
    return [whileFixed(graph, name, markers, bottom, place, place + 1)];
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
