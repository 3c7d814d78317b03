/**
 * ROIAlign of Cascade R-CNN: regions of an image at the corners of their bins, of which there is one
 * more than bins along each axis. Boxes are moved by half a pixel. Samples more than half a pixel
 * outside of the image are 0, as are those of boxes without an area.
 *
 * @see https://github.com/zhaoweicai/cascade-rcnn/blob/master/src/caffe/layers/roi_align_layer.cpp
 * @module
 */
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { refuseHuge } from "../filler.ts";
import { fixed } from "../fixed.ts";
import { LayerNodes } from "../layer_nodes.ts";
import { type RegionParameter, regionSettings } from "./region_parameter.ts";
import { samplesAt, sumsOf, type Terms } from "./samples_at.ts";

/** The settings of the layer. */
export interface RoiGrid extends RegionParameter {
  /** By how much of its extent a box is enlarged on each side. */
  readonly pad_ratio: number;
}

/** Samples `[R, C, pooled_h + 1, pooled_w + 1]` of an image in boxes `[R, 5]`. */
export function roiGrid(
  graph: GraphBuilder,
  name: string,
  bottoms: readonly Value[],
  param: RoiGrid,
): Value {
  const { bins: [pooled_h, pooled_w], scale } = regionSettings(bottoms, param);
  const [image, boxes] = bottoms, { pad_ratio: pad } = param;
  refuseHuge([5 * (pooled_h + 1) * (pooled_w + 1), 3 + pooled_h + pooled_w]);
  const nodes = new LayerNodes(graph, name);
  const list = nodes.reshape("boxes", boxes!, [0, 5]);
  const picture = fixed(graph, name, image!, 2);
  const [height, width] = picture.shape.slice(2) as [number, number];
  /** Places from the first corner of the enlarged box to the last, in pixels of the image. */
  const places = (axis: number, bins: number) =>
    Array.from({ length: bins + 1 }, (_, i): Terms => [
      [1 + axis, scale * (1 + pad - i / bins * (1 + 2 * pad))],
      [3 + axis, scale * (i / bins * (1 + 2 * pad) - pad)],
      ["bias", scale * pad * (2 * i / bins - 1) - 0.5],
    ]);
  const backwards = nodes.add("eltwise", "backwards", [
    nodes.slice("first", list, 1, 1, 3),
    nodes.slice("last", list, 1, 3, 5),
  ], { coefficients: [1, -1] });
  const scaling = { scale: 1 + 2 * pad, shift: -2 * pad };
  const less = nodes.add("power", "less", [backwards], scaling);
  // The extents that are 0 or below.
  const missing = nodes.add("threshold", "missing", [less], { threshold: -1e-30 });
  const [columns, rows] =
    ([["columns", 0, pooled_w, width], ["rows", 1, pooled_h, height]] as const)
      .map(([role, axis, bins, extent]) => {
        const at = sumsOf(nodes, role, list, places(axis, bins));
        const middle = (extent - 1) / 2;
        const away = nodes.add("power", `${role}/away`, [at], { shift: -middle });
        const squared = nodes.add("power", `${role}/squared`, [away], { power: 2 });
        // Half a pixel outside of the image, and a little more for rounding errors.
        const threshold = (extent * (0.5 + 1e-6)) ** 2;
        const outside = nodes.add("threshold", `${role}/outside`, [squared], { threshold });
        return nodes.add("eltwise", `${role}/inside`, [at, outside], { coefficients: [1, far] });
      }) as [Value, Value];
  const parts = [nodes.slice("image", list, 1, 0, 1), missing, columns, rows];
  const known = nodes.add("concat", "known", parts, {});
  const from = (first: number, bins: number) =>
    Array.from(
      { length: bins + 1 },
      (_, i): Terms => [[first + i, 1], [1, far], [2, far]],
    );
  return samplesAt(nodes, picture, known, {
    x: from(3, pooled_w),
    y: from(4 + pooled_w, pooled_h),
  });
}

/** What moves a sample out of any image. */
const far = 1e9;
