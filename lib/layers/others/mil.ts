/**
 * MIL: multiple-instance learning over the positions of an image. MAX is the largest probability, NOR
 * (noisy or) the probability of at least one: 1 − ∏ (1 − p), and no less than the largest.
 *
 * The product is computed by logarithms; what is smaller than any normal float32 counts as that.
 *
 * @see https://github.com/s-gupta/visual-concepts
 * @module
 */
import { message, optionalEnumeration } from "../../../proto/message.ts";
import { showShape } from "../../../runtime/tensor.ts";
import { apply, defineLayer } from "../layer.ts";

/** The least factor of the product, a normal float32. */
const least = 2e-38;

export const mil = defineLayer({
  type: "MIL",
  ops: ["clip", "eltwise", "exp", "log", "pool2d", "power", "reduce", "reshape"],
  param: {
    name: "mil_param",
    message: message("MILParameter", { type: optionalEnumeration(0, { MAX: 0, NOR: 1 }) }),
  },

  lower({ graph, name, param: { type }, bottoms: [bottom] }) {
    const { shape } = bottom!;
    if (shape.length !== 4) {
      throw new TypeError(`its bottom is ${showShape(shape)}, but it must be [N, C, H, W]`);
    }
    if (type === undefined) {
      throw new TypeError("its mil_param has no type, but needs one: MAX or NOR");
    }
    const max = type === "MAX" ? name : `${name}/max`;
    const largest = apply(graph, "pool2d", max, [bottom!], { method: "max", global: true });
    if (type === "MAX") return [largest];
    const none = apply(graph, "power", `${name}/none`, [bottom!], { scale: -1, shift: 1 });
    const kept = apply(graph, "clip", `${name}/kept`, [none], { min: least, max: 1 });
    const logs = apply(graph, "log", `${name}/logs`, [kept], {});
    const sum = apply(graph, "reduce", `${name}/sum`, [logs], { axis: 2 });
    const product = apply(graph, "exp", `${name}/product`, [sum], {});
    const any = apply(graph, "power", `${name}/any`, [product], { scale: -1, shift: 1 });
    const planes = apply(graph, "reshape", `${name}/planes`, [any], {
      shape: [1, 1],
      axis: 2,
      numAxes: 0,
    });
    return [apply(graph, "eltwise", name, [planes, largest], { operation: "max" })];
  },
});
