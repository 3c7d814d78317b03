/**
 * Silence: consumes bottoms that nothing else reads, so that they are not outputs. They may be labels,
 * whose shape is unknown.
 *
 * @module
 */
import { defineLayer } from "../layer.ts";

export const silence = defineLayer({
  type: "Silence",
  bottoms: [1, Infinity],
  tops: [0, 0],
  uses: 0,
  lower: () => [],
});
