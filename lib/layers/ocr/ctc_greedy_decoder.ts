/**
 * CTCGreedyDecoder: the labels of sequences `[T, N, classes]`, as they are read without a search:
 * the best class of each step, without blanks and repeats. The top `[N, T, 1, 1]` is filled up
 * with −1. A second bottom would tell where sequences end, and a third what they should be.
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
