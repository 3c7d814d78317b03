/**
 * Padding for each side, which Synopsys's fork has for networks from TensorFlow, whose padding is often
 * uneven.
 *
 * @see https://github.com/foss-for-synopsys-dwc-arc-processors/synopsys-caffe/blob/master/src/caffe/layers/base_conv_layer.cpp
 * @module
 */
import { uint32 } from "../../../proto/message.ts";
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import type { Shape } from "../../../runtime/tensor.ts";
import { defineExtension } from "../extension.ts";
import { apply, type LayerInstance, topName } from "../layer.ts";
import { padded, type RowsAndColumns, type Sides, zeros } from "../padded.ts";

/** The settings. */
export const sidePads = {
  pad_l: uint32(0, 0),
  pad_r: uint32(0, 0),
  pad_t: uint32(0, 0),
  pad_b: uint32(0, 0),
};

type SidePads = { readonly [Side in keyof typeof sidePads]: number };

/** The same settings without any padding. */
const noSidePads: SidePads = { pad_l: 0, pad_r: 0, pad_t: 0, pad_b: 0 };

/** The padding settings of a layer. */
type Padding = SidePads & {
  readonly pad: Shape;
  readonly pad_h: number | undefined;
  readonly pad_w: number | undefined;
};

/** The padding before and after the rows and the columns; `undefined` if it is not set by side. */
export function sidesOf(param: Padding): RowsAndColumns | undefined {
  const { pad_l, pad_r, pad_t, pad_b, pad, pad_h, pad_w } = param;
  if (pad_l === 0 && pad_r === 0 && pad_t === 0 && pad_b === 0) return undefined;
  if (pad.length > 0 || pad_h || pad_w) {
    throw new TypeError(
      "it has both pad and some of pad_l, pad_r, pad_t and pad_b: use one of them",
    );
  }
  return [[pad_t, pad_b], [pad_l, pad_r]];
}

/** Whether the padding is the same before and after. */
export function isEven([rows, columns]: RowsAndColumns): boolean {
  return rows[0] === rows[1] && columns[0] === columns[1];
}

/** A convolution whose settings include {@linkcode sidePads}, with this padding. */
export const paddedBySide = defineExtension<Padding>({
  ops: ["conv2d", "slice"],
  blobs: (shape, plain) => plain({ ...shape, param: { ...shape.param, ...noSidePads } }),

  lower(instance, plain) {
    const [sides, even] = settled(instance);
    if (sides === undefined) return plain(even);
    const bottoms = even.bottoms.map((bottom, i) =>
      padded(even.graph, `${topName(even, i)}/padded`, bottom, sides, zeros)
    );
    return plain({ ...even, bottoms, shapes: bottoms.map(({ shape }) => shape) });
  },
});

/** The same for a transposed convolution, whose sides are cropped. */
export const croppedBySide = defineExtension<Padding>({
  ops: ["slice"],
  blobs: paddedBySide.blobs!,

  lower(instance, plain) {
    const [sides, even] = settled(instance);
    if (sides === undefined) return plain(even);
    const { graph, name } = even;
    return plain({ ...even, name: `${name}/whole` })
      .map((top, i) => cut(graph, topName(even, i), top, sides));
  },
});

/** The padding by side if it is uneven, and the layer without it. */
function settled(
  instance: LayerInstance<Padding>,
): readonly [sides: RowsAndColumns | undefined, LayerInstance<Padding>] {
  const { param } = instance;
  const sides = sidesOf(param);
  if (sides === undefined) return [undefined, instance];
  if (instance.shapes.some((shape) => shape.length !== 4)) {
    throw new TypeError("it has pad_l, pad_r, pad_t or pad_b, but a bottom that is not an image");
  }
  const pad = isEven(sides) ? [sides[0][0], sides[1][0]] : [];
  const even = { ...instance, param: { ...param, ...noSidePads, pad } };
  return [isEven(sides) ? undefined : sides, even];
}

/** A cropped image. */
function cut(
  graph: GraphBuilder,
  name: string,
  image: Value,
  [rows, columns]: RowsAndColumns,
): Value {
  const range = (axis: number, [start, end]: Sides) => ({ axis, start, end: -end });
  const high = apply(graph, "slice", `${name}/rows`, [image], range(2, rows));
  return apply(graph, "slice", name, [high], range(3, columns));
}
