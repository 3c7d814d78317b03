/**
 * SegNet's unpooling, and that of other forks.
 *
 * @module
 */
import type { Family } from "../layer.ts";
import { depoolings } from "./depooling.ts";
import { unPooling } from "./un_pooling.ts";
import { unpooling, unpoolingSpellings } from "./unpooling.ts";

export const segnet: readonly Family[] = [
  ["SegNet, PSPNet", [unPooling, unpooling, ...unpoolingSpellings]],
  ["what-where autoencoders", depoolings],
];
