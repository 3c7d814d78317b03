/**
 * The layers of networks for shadows, rain, scenes and filters that gather the context of each
 * position.
 *
 * @module
 */
import type { Family } from "../layer.ts";
import { interpAdvance } from "../pspnet/interp.ts";
import { reshapeAdvance } from "../rearranging/reshape_like.ts";
import { eltwiseAdv } from "./eltwise_adv.ts";
import { gateRecurrent } from "./gate_recurrent.ts";
import { irnn, rat } from "./irnn.ts";
import { lstmCf } from "./lstm_cf.ts";

export const spatialContext: readonly Family[] = [
  ["DSC, DAF-Net", [eltwiseAdv, interpAdvance, irnn, rat, reshapeAdvance]],
  ["LSTM-CF", lstmCf],
  ["recursive filters", [gateRecurrent]],
];
