/**
 * Preprocessing that changes no number, for tests that set what they are about.
 *
 * @module
 */
import type { Preprocessing } from "../runtime/preprocess.ts";

export const plain: Preprocessing = {
  channelOrder: "bgr",
  resize: null,
  crop: null,
  mean: [],
  scale: 1,
  meanImage: null,
};
