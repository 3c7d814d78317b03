/**
 * GenerateROI: a region of a given size around a joint of each pose, moved into the image. Its Python
 * layer is the same. Poses are rows of x, y and depth, from −1 to 1 over the image.
 *
 * @see https://arxiv.org/abs/1708.03416 Pose-REN
 * @see https://github.com/xinghaochen/Pose-REN/blob/master/src/libs/python_layers/py_generate_roi_layer.py
 * @module
 */
import { int32, message, type MessageOf } from "../../../proto/message.ts";
import type { Value } from "../../../runtime/graph.ts";
import { showShape } from "../../../runtime/tensor.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer, type LayerInstance } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";
import { definePythonLayer } from "../python/python_layer.ts";

/** The settings of either. */
const GenerateROIParameter = message("GenerateROIParameter", {
  joint_idx: int32(0, 0),
  roi_h: int32(0, 0),
  roi_w: int32(0, 0),
  img_h: int32(0, 0),
  img_w: int32(0, 0),
  spatial_mul: int32(0, 0),
});
type Region = MessageOf<typeof GenerateROIParameter>;

export const generateRoi = defineLayer({
  type: "GenerateROI",
  ops: ["clip", "concat", "power", "reshape", "slice"],
  param: { name: "generate_roi_param", message: GenerateROIParameter },

  lower: (instance) => [regions(instance, instance.param)],
});

const names = Object.keys(GenerateROIParameter.fields);

export const generateRoiLayer = definePythonLayer({
  name: "py_generate_roi_layer.PyGenerateROILayer",
  settings: names,
  bottoms: [1, 1],
  tops: [1, 1],

  lower: (instance, settings) => [
    regions(
      instance,
      Object.fromEntries(names.map((name) => [name, Number(settings.get(name) ?? 0)])) as Region,
    ),
  ],
});

/** The regions `[N, 5]`: the index of the pose, then left, top, right and bottom. */
function regions({ graph, name, bottoms: [poses] }: LayerInstance<unknown>, region: Region): Value {
  const { joint_idx: joint, spatial_mul: stride } = region;
  const nodes = new LayerNodes(graph, name);
  const [batch = 1] = poses!.shape;
  const rows = nodes.reshape("rows", fixed(graph, name, poses!, 0, 1), [batch, -1]);
  const count = rows.shape[1]! / 3;
  const sizes = [region.roi_w * stride, region.roi_h * stride];
  const extents = [region.img_w, region.img_h];
  // Python 2, Python 3 and C++ do not halve odd sizes alike.
  if (![...sizes, ...extents].every((size) => size > 0) || sizes.some((size) => size % 2 !== 0)) {
    throw new TypeError(
      "its roi_h, roi_w, img_h, img_w and spatial_mul must be above 0, and its regions of even size",
    );
  }
  if (!(joint >= 0 && joint < count)) {
    throw new TypeError(`its joint_idx is ${joint}, but poses ${showShape(poses!.shape)} lack it`);
  }
  const first = ["x", "y"].map((axis, i) => {
    const size = sizes[i]!, extent = extents[i]!;
    const at = nodes.slice(axis, rows, 1, 3 * joint + i, 3 * joint + i + 1);
    const half = extent / 2;
    const start = nodes.add("power", `${axis}/start`, [at], {
      scale: half,
      shift: half - size / 2,
    });
    const last = extent - 1 - size;
    return nodes.add("clip", `${axis}/first`, [start], { min: Math.min(0, last), max: last });
  });
  const last = first.map((start, i) =>
    nodes.add("power", `${"xy"[i]}/last`, [start], { shift: sizes[i]! })
  );
  const indices = nodes.constant("indices", [batch, 1], (i) => i);
  return apply(graph, "concat", name, [indices, ...first, ...last], { axis: 1 });
}
