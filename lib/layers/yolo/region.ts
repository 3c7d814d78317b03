/**
 * Region: the activations of YOLO v2's last blob, as in darknet outside training. The channels of
 * each anchor are x and y, relative to the cell (sigmoid); width and height, unchanged; the objectness
 * (sigmoid); and the scores of the classes (softmax).
 *
 *     [N, num · (4 + 1 + classes), H, W]  →  the same
 *
 * @see https://github.com/pjreddie/darknet/blob/master/src/region_layer.c
 * @module
 */
import { bool, message, onlyWith, uint32 } from "../../../proto/message.ts";
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { showShape } from "../../../runtime/tensor.ts";
import { apply, defineLayer } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";

export const region = defineLayer({
  type: "Region",
  ops: ["concat", "reshape", "sigmoid", "slice", "softmax"],
  param: {
    name: "region_param",
    message: message("RegionParameter", {
      classes: uint32(1, 20),
      num: uint32(2, 5),
      coords: uint32(3, 4),
      softmax: bool(4, true),
    }),
  },

  lower: ({ graph, name, param, bottoms: [bottom] }) => [regionOf(graph, name, bottom!, param)],
});

/** OpenVINO's RegionYolo: the same, with each sample flattened. */
export const regionYolo = defineLayer({
  type: "RegionYolo",
  ops: region.ops!,
  param: {
    name: "region_yolo_param",
    message: message("RegionYoloParameter", {
      coords: uint32(1, 4),
      classes: uint32(2, 20),
      num: uint32(3, 1),
      // Without a softmax it is the layer of YOLO v3, for some of its anchors.
      ...onlyWith({ do_softmax: true, axis: 1, end_axis: 3 }),
    }),
  },

  lower({ graph, name, param, bottoms: [bottom] }) {
    const image = regionOf(graph, `${name}/image`, bottom!, { ...param, softmax: true });
    return [apply(graph, "reshape", name, [image], { shape: [-1], axis: 1 })];
  },
});

/** The settings that determine the channels. */
interface RegionSettings {
  readonly classes: number;
  readonly num: number;
  readonly coords: number;
  readonly softmax: boolean;
}

function regionOf(
  graph: GraphBuilder,
  name: string,
  bottom: Value,
  { classes, num, coords, softmax }: RegionSettings,
): Value {
  const channels = num * (coords + 1 + classes);
  if (bottom.shape.length !== 4 || bottom.shape[1] !== channels) {
    throw new TypeError(
      `its bottom is ${showShape(bottom.shape)}, but ${num} boxes of ${coords} coords and ` +
        `${classes} classes need ${channels} channels`,
    );
  }
  if (coords < 2) throw new TypeError(`its coords are ${coords}, but it needs x and y at least`);
  const nodes = new LayerNodes(graph, name);
  const boxes = nodes.add("reshape", "boxes", [bottom], {
    shape: [num, coords + 1 + classes],
    axis: 1,
    numAxes: 1,
  });
  const part = (role: string, start: number, end: number) =>
    nodes.slice(`${role}/raw`, boxes, 2, start, end);
  const sigmoid = (role: string, start: number, end: number) =>
    nodes.add("sigmoid", role, [part(role, start, end)], {});
  const scores = coords + 1, end = scores + classes;
  const parts = [
    sigmoid("position", 0, 2),
    ...coords > 2 ? [part("extent", 2, coords)] : [],
    sigmoid("objectness", coords, scores),
    softmax
      ? nodes.add("softmax", "classes", [part("classes", scores, end)], { axis: 2 })
      : sigmoid("classes", scores, end),
  ];
  const joined = nodes.add("concat", "joined", parts, { axis: 2 });
  const shape = [channels];
  return apply(graph, "reshape", name, [joined], { shape, axis: 1, numAxes: 2 });
}
