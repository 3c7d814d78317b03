/**
 * CTCGreedyDecoder: greedy decoding of sequences `[T, N, classes]`: the best class of each step,
 * without blanks and repeats. The top `[N, T, 1, 1]` is padded with −1. Further bottoms, the lengths
 * of the sequences and their labels, are not supported.
 *
 * @see https://github.com/senlinuc/caffe_ocr
 * @module
 */
import { bool, int32, message } from "../../../proto/message.ts";
import { apply, defineLayer } from "../layer.ts";

export const ctcGreedyDecoder = defineLayer({
  type: "CTCGreedyDecoder",
  ops: ["ctcGreedy"],
  param: {
    name: "ctc_decoder_param",
    // Its field number differs between forks, so it is read from text only.
    number: 0,
    message: message("CTCDecoderParameter", {
      blank_index: int32(1, 0),
      ctc_merge_repeated: bool(2, true),
    }),
  },

  lower: ({ graph, name, param: { blank_index, ctc_merge_repeated }, bottoms }) => [
    apply(graph, "ctcGreedy", name, bottoms, {
      blank: blank_index < 0 ? -1 : blank_index,
      merge: ctc_merge_repeated,
    }),
  ],
});
