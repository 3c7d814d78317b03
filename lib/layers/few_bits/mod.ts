/**
 * Layers with few bits or few weights.
 *
 * @module
 */
import type { Family } from "../layer.ts";
import { adaption } from "./adaption.ts";
import { binary } from "./binary.ts";
import { codedChannels } from "./coded_channels.ts";
import { compression } from "./compression.ts";
import { pruned } from "./pruned.ts";
import { quant } from "./quant.ts";
import { ristretto } from "./ristretto.ts";
import { skimCaffe } from "./skim_caffe.ts";

export const fewBits: readonly Family[] = [
  ["few bits, few weights", [quant, ...adaption, ...binary, ...pruned]],
  ["learned image compression", [...codedChannels, ...compression]],
  ["Ristretto", ristretto],
  ["SkimCaffe", skimCaffe],
];
