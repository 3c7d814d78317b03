/**
 * The table of ops that have WebAssembly kernels. The reference implementation runs the others.
 *
 * @module
 */
import type { Node } from "../graph.ts";
import type { OpName } from "../ops/mod.ts";
import { functions } from "../ops/unary.ts";
import { count } from "../tensor.ts";
import { conv2d } from "./conv2d.ts";
import { dilated } from "./dilated.ts";
import { correlation } from "./correlation.ts";
import { deconv2d } from "./deconv2d.ts";
import { dense } from "./dense.ts";
import { depthwise, isDepthwise } from "./depthwise.ts";
import { affine, eltwise, prelu, unary } from "./elements.ts";
import { im2col } from "./im2col.ts";
import { lrn } from "./lrn.ts";
import { concat, moving } from "./move.ts";
import { pool2d } from "./pool2d.ts";
import { recurrent } from "./recurrent.ts";
import { resizing } from "./resize.ts";
import { softmax } from "./softmax.ts";
import { tileSize, winograd } from "./winograd.ts";
import type { Site, Step } from "./kernel.ts";

/** The steps of a node; `undefined` if its settings need the reference implementation. */
type Kernel<Name extends OpName> = (site: Site, node: Node<Name>) => Step[] | undefined;

const table: { readonly [Name in OpName]?: Kernel<Name> } = {
  affine,
  concat,
  conv2d: convolution,
  correlation,
  deconv2d,
  dense,
  eltwise,
  im2col,
  interp: resizing,
  lrn,
  pool2d,
  prelu,
  recurrent,
  resample: resizing,
  softmax,
};

/** Selects the kernel of a convolution, by its window, groups and which inputs are constant. */
function convolution(site: Site, node: Node<"conv2d">): Step[] | undefined {
  if (isDepthwise(node)) return depthwise(site, node);
  if (isWhole(node)) return dense(site, node);
  // Computed weights cannot be packed beforehand.
  const parameters = node.inputs.slice(1, node.attributes.bias ? 3 : 2);
  if (!parameters.every((value) => site.isConstant(value))) return undefined;
  const size = tileSize(node);
  if (size === 0) return conv2d(site, node);
  return count(node.attributes.dilation) > 1
    ? dilated(site, node, size)
    : winograd(site, node, size);
}

/** Whether the only window of a convolution is the whole image. */
function isWhole({ attributes: { kernel, pad, group }, inputs: [input] }: Node<"conv2d">): boolean {
  return group === 1 && pad[0] + pad[1] === 0 && kernel[0] === input!.shape[2] &&
    kernel[1] === input!.shape[3];
}

/** The steps of a node; `undefined` if the reference implementation has to run it. */
export function stepsOf(site: Site, node: Node): Step[] | undefined {
  if (Object.hasOwn(functions, node.op)) return unary(site, node);
  if (node.op === "custom") return undefined;
  return (table[node.op] as ((site: Site, node: Node) => Step[]) | undefined)?.(site, node) ??
    moving(site, node);
}
