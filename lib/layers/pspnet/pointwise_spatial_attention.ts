/**
 * PointwiseSpatialAttention of PSANet: each position is a sum of the first bottom over all positions,
 * with weights from the second bottom. That one has a channel for each distance of rows and columns,
 * from −(H − 1) to H − 1 and from −(W − 1) to W − 1, and at position p the weight of q is in the
 * channel of q − p. In mode DISTRIBUTE it is that of the sum at q, to which p contributes.
 *
 *     [N, C, H, W] and [N, (2H − 1)(2W − 1), H, W]  →  [N, C, H, W]
 *
 * With `is_softmax`, the weights of each sum are normalized by a softmax. Sums are divided by
 * `normalization_factor`, by default the number of channels of the second bottom. Masks of other
 * extents are not supported.
 *
 * @see https://hszhao.github.io/papers/eccv18_psanet.pdf
 * @see https://github.com/hszhao/PSANet
 * @module
 */
import { bool, enumeration, float, message, uint32 } from "../../../proto/message.ts";
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { type Shape4, showShape } from "../../../runtime/tensor.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer } from "../layer.ts";
import { channelProducts, expectPair } from "../products/bilinear.ts";

export const pointwiseSpatialAttention = defineLayer({
  type: "PointwiseSpatialAttention",
  ops: ["conv2d", "permute", "power", "reshape", "slice", "softmax"],
  param: {
    name: "pointwise_spatial_attention_param",
    number: 1001,
    message: message("PointwiseSpatialAttentionParameter", {
      attention_mask_height: uint32(1),
      attention_mask_width: uint32(2),
      normalization_factor: float(3),
      is_softmax: bool(4, false),
      psa_type: enumeration(5, { COLLECT: 0, DISTRIBUTE: 1 }, "COLLECT"),
    }),
  },
  bottoms: [2, 2],

  lower({ graph, name, param, bottoms: [image, mask], shapes }) {
    expectPair(image!.shape, mask!.shape);
    const [batch, , height, width] = image!.shape as Shape4;
    const rows = 2 * height - 1, columns = 2 * width - 1;
    const { attention_mask_height = rows, attention_mask_width = columns } = param;
    if (
      attention_mask_height !== rows || attention_mask_width !== columns ||
      mask!.shape[1] !== rows * columns
    ) {
      throw new TypeError(
        `its bottoms are ${shapes.map(showShape).join(" and ")}, but only a mask of ${rows} × ` +
          `${columns} channels is supported for ${height} × ${width} positions`,
      );
    }
    const node = (role: string) => `${name}/${role}`;
    const split = apply(graph, "reshape", node("split"), [fixed(graph, name, mask!, 0)], {
      shape: [rows, columns],
      axis: 1,
      numAxes: 1,
    });
    // Each axis of positions, followed by that of its distances, which then becomes one of positions.
    const axes = apply(graph, "permute", node("axes"), [split], { order: [0, 3, 1, 4, 2] });
    const byRow = placed(graph, node("rows"), axes, 1);
    const placedAll = placed(graph, node("columns"), byRow, 3);
    // For each sum, the positions that contribute to it.
    const order = param.psa_type === "COLLECT" ? [0, 1, 3, 2, 4] : [0, 2, 4, 1, 3];
    const ordered = apply(graph, "permute", node("ordered"), [placedAll], { order });
    const pixels = height * width;
    const table = apply(graph, "reshape", node("table"), [ordered], {
      shape: [batch, pixels, pixels],
    });
    const weights = param.is_softmax
      ? apply(graph, "softmax", node("softmax"), [table], { axis: 2 })
      : table;
    const sums = channelProducts(graph, name, image!, weights);
    const scale = 1 / (param.normalization_factor ?? rows * columns);
    const scaled = scale === 1 ? sums : apply(graph, "power", node("scaled"), [sums], { scale });
    return [apply(graph, "reshape", name, [scaled], { shape: image!.shape })];
  },
});

/**
 * Replaces distances by positions: of the 2n − 1 numbers after each of n positions, it keeps the n
 * from n − 1 − position on. One row after the other, these are n of each 2n − 2 numbers.
 */
function placed(graph: GraphBuilder, name: string, value: Value, axis: number): Value {
  const n = value.shape[axis]!;
  if (n === 1) return value;
  const flat = apply(graph, "reshape", `${name}/flat`, [value], { shape: [-1], axis, numAxes: 2 });
  const inner = apply(graph, "slice", `${name}/inner`, [flat], { axis, start: n - 1, end: -1 });
  const table = apply(graph, "reshape", `${name}/table`, [inner], {
    shape: [n, 2 * n - 2],
    axis,
    numAxes: 1,
  });
  return apply(graph, "slice", name, [table], { axis: axis + 1, end: n });
}
