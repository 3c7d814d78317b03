/**
 * The layers of networks for shadows and rain that gather the context of each position.
 *
 * @module
 */
import type { Family } from "../layer.ts";
import { interpAdvance } from "../pspnet/interp.ts";
import { eltwiseAdv } from "./eltwise_adv.ts";
import { irnn, rat } from "./irnn.ts";

export const spatialContext: readonly Family[] = [
  ["DSC, DAF-Net", [eltwiseAdv, interpAdvance, irnn, rat]],
];
