/**
 * The layers of networks that read text.
 *
 * @module
 */
import type { Family } from "../layer.ts";
import { continuationIndicator } from "./continuation_indicator.ts";
import { convertLayer } from "./convert.ts";
import { ctcGreedyDecoder } from "./ctc_greedy_decoder.ts";
import { im2Seq, im2seq } from "./im2seq.ts";
import { ocrLstm } from "./lstm.ts";
import { reverse } from "./reverse.ts";
import { reverseTime } from "./reverse_time.ts";
import { transpose } from "./transpose.ts";

export const ocr: readonly Family[] = [
  ["OCR", [
    continuationIndicator,
    convertLayer,
    ctcGreedyDecoder,
    im2seq,
    im2Seq,
    ocrLstm,
    reverse,
    reverseTime,
    transpose,
  ]],
];
