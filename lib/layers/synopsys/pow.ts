/**
 * Pow of Synopsys's fork: its first bottom to the power of the second, or of what it has learned;
 * broadcast as in NumPy. Where exponents differ they are computed as exp(y · log x), of bases above 0.
 *
 * @see https://github.com/foss-for-synopsys-dwc-arc-processors/synopsys-caffe/blob/master/src/caffe/layers/pow_layer.cpp
 * @module
 */
import { broadcast } from "../broadcast.ts";
import { apply, defineLayer } from "../layer.ts";

export const pow = defineLayer({
  type: "Pow",
  ops: ["affine", "eltwise", "exp", "log", "power", "reshape", "tile"],
  bottoms: [1, 2],

  blobs: ({ shapes: [bases, exponents], stored: [shape = bases!] = [] }) =>
    exponents === undefined ? [{ name: "exponents", shape }] : [],

  lower({ graph, name, bottoms: [bases, exponents], blobs: [learned], warn }) {
    const data = learned && graph.dataOf(learned)!;
    const isOne = data?.every((exponent) => exponent === data[0]);
    // More axes than the bases have would broadcast these.
    if (isOne && learned!.shape.length <= bases!.shape.length && isSpread(learned!, bases!)) {
      return [apply(graph, "power", name, [bases!], { power: data![0]! })];
    }
    warn("its powers are computed by logarithms, which only bases above 0 have");
    const logs = apply(graph, "log", `${name}/logarithms`, [bases!], {});
    const factors = [logs, learned ?? exponents!] as const;
    const product = broadcast(graph, `${name}/product`, factors, { operation: "product" });
    return [apply(graph, "exp", name, [product], {})];
  },
});

/** Whether a value has the shape of another one, or 1 where it differs. */
function isSpread(
  { shape }: { readonly shape: readonly number[] },
  { shape: whole }: { readonly shape: readonly number[] },
): boolean {
  const first = whole.length - shape.length;
  return shape.every((extent, axis) => extent === 1 || extent === whole[first + axis]);
}
