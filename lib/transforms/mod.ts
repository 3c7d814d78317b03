/**
 * The transforms: each makes a graph smaller without changing what it computes.
 *
 * Activations and residual sums are fused later, when a network is loaded: only then it is known
 * which values are requested.
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

/** The graph after all transforms, or after the named ones, always in the order of the table. */
export function optimize(
  graph: Graph,
  names: readonly TransformName[] = Object.keys(transforms) as TransformName[],
): Graph {
  return Object.entries(transforms)
    .filter(([name]) => names.includes(name as TransformName))
    .reduce((transformed, [, transform]) => transform(transformed), graph);
}
