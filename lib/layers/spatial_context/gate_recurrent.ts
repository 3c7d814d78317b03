/**
 * GateRecurrent: a recursive filter along the rows or columns of an image, from one end to the other.
 * The second bottom, a gate, tells how much is kept of the position before:
 *
 *     y(i) = x(i) + g(i) · (y(i − 1) − x(i))
 *
 * Published networks use neither the learned matrices and biases, which files hold nevertheless, nor
 * functions, nor a limit of the gates; with them it is refused. The recurrence is unrolled.
 *
 * @see https://github.com/Liusifei/caffe-lowlevel
 * @module
 */
import { bool, float, message, onlyWith, uint32 } from "../../../proto/message.ts";
import type { Value } from "../../../runtime/graph.ts";
import { expectImage, expectShape } from "../../../runtime/tensor.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";
import { expectUnrollable } from "./irnn.ts";

export const gateRecurrent = defineLayer({
  type: "GateRecurrent",
  ops: ["affine", "concat", "eltwise", "permute", "reshape", "reverse", "slice"],
  param: {
    name: "gaterecurrent_param",
    number: 5014,
    message: message("GateRecurrentParameter", {
      num_output: uint32(1, 0),
      use_bias: bool(2, true),
      use_wx: bool(3, true),
      use_wh: bool(4, true),
      horizontal: bool(16, true),
      reverse: bool(17, false),
      /** These only count in training. */
      bound_diff: float(19, -1),
      restrict_w: float(20, -1),
      ...onlyWith({ active: "LINEAR", restrict_g: 1 }),
    }),
  },
  bottoms: [2, 2],
  blobs: ({ param: { num_output: channels } }) =>
    [channels, channels, 1].map((rows, i) => (
      { name: `unused${i}`, shape: [1, 1, rows, channels], ignored: true }
    )),

  lower({ graph, name, param, bottoms: [bottom, gate] }) {
    const used = (["use_bias", "use_wx", "use_wh"] as const).find((use) => param[use]);
    if (used !== undefined) throw new TypeError(`its ${used} is true, but must be false`);
    const { shape } = bottom!;
    expectImage(shape);
    expectUnrollable(shape);
    expectShape("gates", gate!.shape, shape);
    const [axis, order, restored] = param.horizontal
      ? [3, [3, 0, 1, 2], [1, 2, 3, 0]]
      : [2, [2, 0, 1, 3], [1, 2, 0, 3]];
    const nodes = new LayerNodes(graph, name), steps = shape[axis]!;
    const inOrder = (role: string, value: Value) =>
      param.reverse ? nodes.add("reverse", role, [value], { axis: 0 }) : value;
    const [x, g] = [bottom!, gate!].map((value, i) => {
      const image = fixed(graph, `${name}/${i}`, value, axis, axis + 1);
      return inOrder(`${i}/back`, nodes.add("permute", `${i}/forth`, [image], { order }));
    });
    const old = nodes.add("eltwise", "old", [g!, x!], { operation: "product" });
    const fresh = nodes.add("eltwise", "fresh", [x!, old], { coefficients: [1, -1] });
    const outputs: Value[] = [];
    for (let i = 0; i < steps; i++) {
      const at = (role: string, value: Value) =>
        nodes.slice(`${i}/${role}`, value, 0, i, i + 1 === steps ? 0 : i + 1);
      const added = at("fresh", fresh), last = outputs.at(-1);
      const sum = last === undefined
        ? added
        : nodes.add("affine", `${i}/sum`, [last, at("gate", g!), added], { axis: 0 });
      outputs.push(sum);
    }
    const all = inOrder("restored", nodes.add("concat", "all", outputs, { axis: 0 }));
    return [apply(graph, "permute", name, [all], { order: restored })];
  },
});
