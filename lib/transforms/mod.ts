/**
 * The transforms: each makes a graph smaller without changing what it computes.
 *
 * Activations and residual sums are merged later, when a network is loaded: by then it is known
 * which values somebody wants to see.
 *
 * @module
 */
import type { Graph } from "../../runtime/graph.ts";
import { dropDead } from "./drop_dead.ts";
import { foldAffine } from "./fold_affine.ts";
import { toAffine } from "./to_affine.ts";

/** The name of a transform. */
export type TransformName = "dropDead" | "toAffine" | "foldAffine";

/** The transforms in the order in which they are applied. */
export const transforms: Readonly<Record<TransformName, (graph: Graph) => Graph>> = {
  dropDead,
  toAffine,
  foldAffine,
};

/** The graph after all transforms, or after those that are asked for, always in their own order. */
export function optimize(
  graph: Graph,
  names: readonly TransformName[] = Object.keys(transforms) as TransformName[],
): Graph {
  return Object.entries(transforms)
    .filter(([name]) => names.includes(name as TransformName))
    .reduce((transformed, [, transform]) => transform(transformed), graph);
}
