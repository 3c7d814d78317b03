/**
 * Numbers computed from boxes, and bilinear samples of an image at such numbers.
 *
 * @module
 */
import type { Value } from "../../../runtime/graph.ts";
import { apply } from "../layer.ts";
import type { LayerNodes } from "../layer_nodes.ts";

/** A sum of columns, each multiplied by a factor; `"bias"` is 1. */
export type Terms = readonly (readonly [column: number | "bias", factor: number])[];

/** Sums of the columns of a value `[R, columns]`. */
export function sumsOf(
  nodes: LayerNodes,
  role: string,
  value: Value,
  sums: readonly Terms[],
): Value {
  const columns = value.shape[1]!, { length } = sums;
  const weights = new Float32Array(length * columns), biases = new Float32Array(length);
  sums.forEach((terms, i) => {
    for (const [column, factor] of terms) {
      if (column === "bias") biases[i] = factor;
      else weights[i * columns + column] = factor;
    }
  });
  return nodes.add("dense", role, [
    value,
    nodes.numbers(`${role}/weights`, weights, [length, columns]),
    nodes.numbers(`${role}/biases`, biases),
  ], { output: length });
}

/**
 * Bilinear samples `[regions, C, 1, 1]` of images, each of a region of its own: one of a single bin,
 * 1 pixel wide and high. Far outside of the image it is 0.
 *
 * @param regions The five numbers of each region, as sums of the columns of a value.
 */
export function samplesOf(
  nodes: LayerNodes,
  image: Value,
  known: Value,
  regions: readonly Terms[],
): Value {
  const list = nodes.reshape("list", sumsOf(nodes, "regions", known, regions), [-1, 5]);
  return nodes.add("roiAverage", "samples", [image, list], { bins: [1, 1], samples: 1 });
}

/**
 * Bilinear samples `[R, C, rows, columns]` of images at grids of points, whose coordinates are sums of
 * the columns of a value: an image index, and then what the sums are of.
 */
export function samplesAt(
  nodes: LayerNodes,
  image: Value,
  known: Value,
  { x, y }: { readonly x: readonly Terms[]; readonly y: readonly Terms[] },
): Value {
  const corners = [-0.5, 0.5].map((away) => (place: Terms): Terms => [...place, ["bias", away]]);
  const samples = samplesOf(
    nodes,
    image,
    known,
    y.flatMap((row) =>
      x.flatMap((column) => [
        [[0, 1]] as const,
        ...corners.flatMap((corner) => [corner(column), corner(row)]),
      ])
    ),
  );
  const places = { shape: [-1, y.length * x.length], numAxes: 1 };
  const rows = nodes.add("reshape", "rows", [samples], places);
  const turned = nodes.add("permute", "turned", [rows], { order: [0, 2, 1, 3, 4] });
  const { graph, name } = nodes;
  return apply(graph, "reshape", name, [turned], { shape: [y.length, x.length], axis: 2 });
}
