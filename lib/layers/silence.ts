/**
 * Silence: takes bottoms that nothing else reads, so that they are no outputs of the network.
 *
 * @module
 */
import { defineLayer } from "./layer.ts";

export const silence = defineLayer({
  type: "Silence",
  bottoms: [1, Infinity],
  tops: [0, 0],
  lower: () => [],
});
