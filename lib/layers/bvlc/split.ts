/**
 * Split: gives a bottom several names. Caffe inserts it if a blob has several readers.
 *
 * @module
 */
import { defineLayer } from "../layer.ts";

export const split = defineLayer({
  type: "Split",
  tops: [1, Infinity],
  sharesMemory: () => true,
  lower: ({ layer, bottoms: [bottom] }) => layer.tops.map(() => bottom!),
});
