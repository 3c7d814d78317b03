/**
 * Silence: takes bottoms that nothing else reads, so that they are no outputs of the network. They
 * may be labels, of which a file does not say the shape.
 *
 * @module
 */
import { defineLayer } from "./layer.ts";

export const silence = defineLayer({
  type: "Silence",
  bottoms: [1, Infinity],
  tops: [0, 0],
  uses: 0,
  lower: () => [],
});
