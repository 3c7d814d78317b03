/**
 * CTCGreedyDecoder: greedy decoding of sequences `[T, N, classes]`: the best class of each step,
 * without blanks and repeats. The top `[N, T, 1, 1]` is padded with −1.
 *
 * The second bottom, if there is one, are the continuation markers `[T, N]` of the LSTM before it: a
 * sequence ends before the first step but the first whose marker is 0. The third are labels, which
 * only the accuracy, the last top, needs.
 *
 * @see https://github.com/senlinuc/caffe_ocr
 * @see https://github.com/ChWick/caffe/blob/master/src/caffe/layers/ctc_decoder_layer.cpp
 * @module
 */
import { bool, int32, message } from "../../../proto/message.ts";
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { count, sameShape, showShape } from "../../../runtime/tensor.ts";
import type { NetLayer } from "../../caffe/net.ts";
import { refuseHuge } from "../filler.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";

export const ctcGreedyDecoder = defineLayer({
  type: "CTCGreedyDecoder",
  ops: [
    "abs",
    "affine",
    "ctcGreedy",
    "dense",
    "eltwise",
    "permute",
    "power",
    "reshape",
    "threshold",
  ],
  param: {
    name: "ctc_decoder_param",
    message: message("CTCDecoderParameter", {
      blank_index: int32(1, 0),
      ctc_merge_repeated: bool(2, true),
    }),
  },
  bottoms: [1, 3],
  tops: [1, 3],
  uses: 2,
  gives: givenTops,

  lower({ graph, name, param: { blank_index, ctc_merge_repeated }, layer, bottoms }) {
    if (givenTops(layer) > 1) {
      throw new TypeError("its second top, the scores of the sequences, is not supported");
    }
    const [scores, markers] = bottoms, blank = blank_index < 0 ? -1 : blank_index;
    const whole = markers === undefined ? scores! : ended(graph, name, scores!, markers, blank);
    return [apply(graph, "ctcGreedy", name, [whole], { blank, merge: ctc_merge_repeated })];
  },
});

/** How many tops there are without labels, which only the last of several tops needs. */
function givenTops({ bottoms, tops }: NetLayer): number {
  return bottoms.length === 3 && tops.length > 1 ? tops.length - 1 : tops.length;
}

/** The scores with blanks after the end of each sequence. */
function ended(
  graph: GraphBuilder,
  name: string,
  scores: Value,
  markers: Value,
  blank: number,
): Value {
  const [steps, sequences, classes] = scores.shape as [number, number, number];
  const shape = [steps, sequences];
  if (!sameShape(markers.shape.slice(0, 2), shape) || count(markers.shape) !== count(shape)) {
    throw new TypeError(
      `its second bottom is ${showShape(markers.shape)}, but the continuation markers of its ` +
        `first, ${showShape(scores.shape)}, are ${showShape(shape)}; if it is the labels, the ` +
        "layer measures an accuracy: remove it",
    );
  }
  const known = graph.dataOf(markers);
  if (known?.subarray(sequences).every((marker) => marker !== 0)) return scores;

  // A step belongs to its sequence if as many markers as there are steps before it are not 0.
  refuseHuge([steps, steps]);
  const nodes = new LayerNodes(graph, name), turned = { order: [1, 0] };
  const sizes = nodes.add("abs", "sizes", [fixed(graph, name, markers, 0)], {});
  const going = nodes.add("threshold", "going", [sizes], {});
  const flat = nodes.reshape("flat", going, shape);
  const missing = nodes.add("dense", "missing", [
    nodes.add("permute", "by sequence", [flat], turned),
    nodes.constant("before", [steps, steps], (i) => {
      const marker = i % steps, step = Math.floor(i / steps);
      return marker > 0 && marker <= step ? 1 : 0;
    }),
    nodes.constant("all", [steps], (step) => 0.5 - step),
  ], { output: steps });
  const byStep = nodes.add("permute", "by step", [missing], turned);
  const inside = nodes.add("threshold", "inside", [byStep], {});
  const kept = nodes.add("affine", "kept", [scores, inside], { axis: 0, terms: "scale" });
  const after = nodes.add("power", "after", [inside], { scale: -1, shift: 1 });
  const silent = blank < 0 ? classes - 1 : blank;
  const blanks = nodes.add("dense", "blanks", [
    nodes.reshape("column", after, [...shape, 1]),
    nodes.constant("blank", [classes, 1], (label) => label === silent ? 1 : 0),
  ], { output: classes, axis: 2, bias: false });
  return nodes.add("eltwise", "ended", [kept, blanks], {});
}
