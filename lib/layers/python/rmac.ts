/**
 * NormalizeLayer and AggregateLayer: Python layers of Deep Image Retrieval. The first divides the
 * channels at each position by their L2 norm, the second sums the descriptors of all regions.
 *
 * @see https://arxiv.org/abs/1604.01325
 * @see https://github.com/figitaki/deep-retrieval/blob/master/custom_layers.py
 * @module
 */
import { apply } from "../layer.ts";
import { reduceBy, reducedTo } from "../reduced.ts";
import { definePythonLayer } from "./python_layer.ts";

export const normalizeLayer = definePythonLayer({
  name: "custom_layers.NormalizeLayer",
  settings: [],
  bottoms: [1, 1],
  tops: [1, 1],

  // It adds 1e-8 to the norm, here its square under the root: both only matter for channels near 0.
  lower: ({ graph, name, bottoms }) => [apply(graph, "normalize", name, bottoms, { eps: 1e-16 })],
});

export const aggregateLayer = definePythonLayer({
  name: "custom_layers.AggregateLayer",
  settings: [],
  bottoms: [1, 1],
  tops: [1, 1],

  lower: ({ graph, name, bottoms: [bottom] }) => [
    reducedTo(graph, name, bottom!, reduceBy("sum"), { axes: [0], keeps: true }),
  ],
});
