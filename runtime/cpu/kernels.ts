/**
 * The table of kernels: which ops have code of their own on the CPU. Plain loops do the rest.
 *
 * @module
 */
import type { Node } from "../graph.ts";
import type { OpName } from "../ops/mod.ts";
import { conv2d } from "./conv2d.ts";
import type { Site, Step } from "./kernel.ts";

/** The steps of a node, or `undefined` where its settings are left to plain loops. */
type Kernel<Name extends OpName> = (site: Site, node: Node<Name>) => Step[] | undefined;

const table: { readonly [Name in OpName]?: Kernel<Name> } = {
  conv2d,
};

/** The steps of a node, if its op has kernels. */
export function stepsOf(site: Site, node: Node): Step[] | undefined {
  return (table[node.op] as Kernel<OpName> | undefined)?.(site, node);
}
