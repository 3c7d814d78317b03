/**
 * Numbers computed from boxes, and bilinear samples of an image at such numbers.
 *
 * @module
 */
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { apply } from "../layer.ts";

/** A sum of columns, each multiplied by a factor; `"bias"` is 1. */
export type Terms = readonly (readonly [column: number | "bias", factor: number])[];

/** Sums of the columns of a value `[R, columns]`. */
export function sumsOf(
  graph: GraphBuilder,
  name: string,
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
  return apply(graph, "dense", name, [
    value,
    graph.constant(`${name}/weights`, { shape: [length, columns], data: weights }),
    graph.constant(`${name}/biases`, { shape: [length], data: biases }),
  ], { output: length });
}

/**
 * Bilinear samples `[R, C, rows, columns]` of images at grids of points, whose coordinates are sums of
 * the columns of a value: an image index, and then what the sums are of. Each sample is a region of its
 * own: one of a single bin, 1 pixel wide and high. Far outside of the image it is 0.
 */
export function samplesAt(
  graph: GraphBuilder,
  name: string,
  image: Value,
  known: Value,
  { x, y }: { readonly x: readonly Terms[]; readonly y: readonly Terms[] },
): Value {
  const corners = [-0.5, 0.5].map((away) => (place: Terms): Terms => [...place, ["bias", away]]);
  const sums = y.flatMap((row) =>
    x.flatMap((column) => [
      [[0, 1]] as const,
      ...corners.flatMap((corner) => [corner(column), corner(row)]),
    ])
  );
  const regions = sumsOf(graph, `${name}/regions`, known, sums);
  const list = apply(graph, "reshape", `${name}/list`, [regions], { shape: [-1, 5] });
  const samples = apply(graph, "roiAverage", `${name}/samples`, [image, list], {
    bins: [1, 1],
    samples: 1,
  });
  const rows = apply(graph, "reshape", `${name}/rows`, [samples], {
    shape: [-1, y.length * x.length, image.shape[1]!],
  });
  const turned = apply(graph, "permute", `${name}/turned`, [rows], { order: [0, 2, 1] });
  return apply(graph, "reshape", name, [turned], { shape: [0, 0, y.length, x.length] });
}
