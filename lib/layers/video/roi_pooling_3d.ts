/**
 * ROIPooling of videos in R-C3D: the maxima of bins of windows of time. The bins of rows and columns
 * are those of 7 × 7 pixels, whatever the video's size.
 *
 * @see https://github.com/VisionLearningGroup/R-C3D/blob/master/caffe3d/src/caffe/layers/roi_pooling_layer.cpp
 * @module
 */
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { count, showShape } from "../../../runtime/tensor.ts";
import { fixed } from "../fixed.ts";
import { apply } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";
import { sumsOf } from "../rcnn/samples_at.ts";

/** The rows and columns that are divided into bins. */
const pixels = 7;

/** The number of bins in time, rows and columns, and the factor from frames to steps of the bottom. */
interface Settings {
  readonly bins: readonly [time: number, rows: number, columns: number];
  readonly scale: number;
}

/**
 * Pools windows `[R, 3]`, each the index of a video, its first and its last frame.
 *
 *     [N, C, T, H, W]  →  [N, C·T, H, W]  →  [N, C·T, rows, columns]
 *                      →  [N, C, T, rows·columns]  →  [R, C, bins, rows·columns]
 */
export function poolWindows(
  graph: GraphBuilder,
  name: string,
  video: Value,
  windows: Value,
  { bins: [length, rows, columns], scale }: Settings,
): Value {
  const { shape } = video, [samples, channels, steps] = shape as [number, number, number];
  if (count(windows.shape.slice(1)) !== 3) {
    throw new TypeError(`its windows are ${showShape(windows.shape)}, but they must be [R, 3]`);
  }
  const nodes = new LayerNodes(graph, name);
  const known = fixed(graph, `${name}/video`, fixed(graph, `${name}/video`, video, 2), 0, 1);
  const merged = { shape: [channels * steps], axis: 1, numAxes: 2 };
  const images = nodes.add("reshape", "images", [known], merged);
  const whole = Array.from({ length: samples }, (_, n) => [n, 0, 0, pixels - 1, pixels - 1]);
  const small = nodes.add("roiPool", "small", [
    images,
    nodes.numbers("whole", whole.flat(), [samples, 5]),
  ], { bins: [rows, columns] });
  const split = { shape: [channels, steps, rows * columns], axis: 1 };
  const lines = nodes.add("reshape", "lines", [small], split);
  // Boxes whose rows are steps, and which have a column for each bin of an image.
  const boxes = sumsOf(nodes, "boxes", nodes.reshape("windows", windows, [0, 3]), [
    [[0, 1]],
    [],
    [[1, 1]],
    [["bias", (rows * columns - 1) / scale]],
    [[2, 1]],
  ]);
  const bins = [length, rows * columns] as const;
  const pooled = nodes.add("roiPool", "pooled", [lines, boxes], { bins, scale });
  return apply(graph, "reshape", name, [pooled], { shape: [rows, columns], axis: 3, numAxes: 1 });
}
