/**
 * SpatialRepLayer, a Python layer of interactive colorization with global hints: repeats numbers
 * `[N, C, 1, 1]` over the height and width of the second bottom.
 *
 * @see https://github.com/junyanz/interactive-deep-colorization/blob/master/caffe_files/caffe_traininglayers.py
 * @module
 */
import { showShape } from "../../../runtime/tensor.ts";
import { fixed, whileFixed } from "../fixed.ts";
import { apply } from "../layer.ts";
import { definePythonLayer } from "./python_layer.ts";

export const spatialRepLayer = definePythonLayer({
  name: "caffe_traininglayers.SpatialRepLayer",
  settings: [],
  bottoms: [2, 2],
  tops: [1, 1],

  lower({ graph, name, bottoms: [numbers, reference], shapes }) {
    const [, , height, width] = reference!.shape;
    if (
      shapes.some(({ length }) => length !== 4) || numbers!.shape[2] !== 1 ||
      numbers!.shape[3] !== 1
    ) {
      throw new TypeError(
        `its bottoms are ${shapes.map(showShape).join(" and ")}, but they must be [N, C, 1, 1] ` +
          "and [N, C, H, W]",
      );
    }
    const one = fixed(graph, name, numbers!, 2);
    const column = apply(graph, "tile", `${name}/column`, [one], { axis: 2, tiles: height! });
    const plane = apply(graph, "tile", `${name}/plane`, [column], { axis: 3, tiles: width! });
    return [whileFixed(graph, name, plane, reference!, 2)];
  },
});
