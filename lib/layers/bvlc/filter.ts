/**
 * Filter: keeps the samples of its bottoms for which the last bottom, the selector, is not zero. Their
 * number is known at run time only.
 *
 * @module
 */
import { apply, defineLayer, topName } from "../layer.ts";

export const filter = defineLayer({
  type: "Filter",
  ops: ["selectRows"],
  bottoms: [2, Infinity],
  tops: [1, Infinity],

  lower(instance) {
    const { graph, bottoms, layer } = instance;
    const selector = bottoms.at(-1)!;
    if (layer.tops.length !== bottoms.length - 1) {
      throw new TypeError(
        `it has ${layer.tops.length} tops for ${bottoms.length - 1} bottoms and a selector`,
      );
    }
    return bottoms.slice(0, -1).map((bottom, i) =>
      apply(graph, "selectRows", topName(instance, i), [bottom, selector], {})
    );
  },
});
