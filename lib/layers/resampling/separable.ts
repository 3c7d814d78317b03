/**
 * Resizing an image as two matrix products, one along each axis.
 *
 * @module
 */
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import type { Tensor } from "../../../runtime/tensor.ts";
import { apply } from "../layer.ts";

/** The image whose rows and columns are products with matrices `[output, input]`. */
export function resizedBy(
  graph: GraphBuilder,
  name: string,
  image: Value,
  rows: Tensor,
  columns: Tensor,
): Value {
  const wide = alongLast(graph, `${name}/columns`, image, columns);
  const transposed = apply(graph, "permute", `${name}/turned`, [wide], { order: [0, 1, 3, 2] });
  const high = alongLast(graph, `${name}/rows`, transposed, rows);
  return apply(graph, "permute", name, [high], { order: [0, 1, 3, 2] });
}

function alongLast(graph: GraphBuilder, name: string, value: Value, matrix: Tensor): Value {
  const weights = graph.constant(`${name}/weights`, matrix);
  const output = matrix.shape[0]!;
  return apply(graph, "dense", name, [value, weights], { output, axis: 3, bias: false });
}
