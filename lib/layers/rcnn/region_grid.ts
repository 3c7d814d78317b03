/**
 * Box and Splice of DRML, which detects facial action units: Box cuts boxes of one size out of an image,
 * one for each top, and Splice puts as many images together again. Their positions are columns and rows.
 * In JAA-Net and its successors they are Division and Combination.
 *
 * Splice is supported for images that make a grid without gaps, as they do there. In Caffe, both layers
 * are right for a batch of one image only.
 *
 * @see https://github.com/huqiaoping/drml/blob/master/box_layer.cpp
 * @see https://github.com/huqiaoping/drml/blob/master/splice.cpp
 * @see https://github.com/ZhiwenShao/JAANet/blob/master/src/division_layer.cpp
 * @module
 */
import { message, repeated, uint32 } from "../../../proto/message.ts";
import type { Value } from "../../../runtime/graph.ts";
import { expectImage, sameShape, showShape } from "../../../runtime/tensor.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer, type Layer, topName } from "../layer.ts";
import { expectPositive } from "../positive.ts";

const positions = { xcoord: repeated(uint32(0)), ycoord: repeated(uint32(0)) };

const cutOut = (type: string, param: string) =>
  defineLayer({
    type,
    ops: ["slice"],
    param: {
      name: param,
      message: message("BoxParameter", { width: uint32(0, 0), height: uint32(0, 0), ...positions }),
    },
    tops: [1, Infinity],

    lower(instance) {
      const { graph, layer, param, bottoms: [image] } = instance;
      const { width, height, xcoord, ycoord } = param;
      expectImage(image!.shape);
      expectPositive({ width, height });
      expectPositions(layer.tops.length, "tops", xcoord, ycoord);
      return layer.tops.map((_, i) => {
        const of = topName(instance, i);
        const rows = { axis: 2, start: ycoord[i]!, end: ycoord[i]! + height };
        const band = apply(graph, "slice", `${of}/rows`, [image!], rows);
        const columns = { axis: 3, start: xcoord[i]!, end: xcoord[i]! + width };
        return apply(graph, "slice", of, [band], columns);
      });
    },
  });

const putTogether = (type: string, param: string) =>
  defineLayer({
    type,
    ops: ["concat", "reshape"],
    param: { name: param, message: message("SpliceParameter", positions) },
    bottoms: [1, Infinity],

    lower({ graph, name, param: { xcoord, ycoord }, bottoms, shapes }) {
      const [shape] = shapes, [, , height, width] = shape!;
      expectImage(shape!);
      expectPositions(bottoms.length, "bottoms", xcoord, ycoord);
      const side = Math.sqrt(bottoms.length);
      const at = new Map(bottoms.map((bottom, i) => [`${ycoord[i]} ${xcoord[i]}`, bottom]));
      const cells = Array.from(
        { length: bottoms.length },
        (_, i) => at.get(`${Math.floor(i / side) * height!} ${i % side * width!}`),
      );
      if (
        !Number.isInteger(side) || cells.includes(undefined) ||
        shapes.some((other) => !sameShape(other, shape!))
      ) {
        throw new TypeError(
          `its bottoms are ${shapes.map(showShape).join(", ")}, but they must be of one shape, ` +
            "and their xcoord and ycoord must make a square grid without gaps",
        );
      }
      // Other extents would leave gaps.
      const known = side === 1
        ? cells as Value[]
        : cells.map((cell, i) => fixed(graph, `${name}/cell${i}`, cell!, 2));
      const rows = Array.from({ length: side }, (_, i) => {
        const row = known.slice(i * side, (i + 1) * side);
        return apply(graph, "concat", `${name}/row${i}`, row, { axis: 3 });
      });
      return [apply(graph, "concat", name, rows, { axis: 2 })];
    },
  });

/** The layers by all their names. */
export const regionGrids: readonly Layer[] = [
  cutOut("Box", "box_param"),
  cutOut("Division", "division_param"),
  putTogether("Splice", "splice_param"),
  putTogether("Combination", "combination_param"),
];

function expectPositions(
  needed: number,
  what: string,
  xcoord: readonly number[],
  ycoord: readonly number[],
): void {
  if (xcoord.length < needed || ycoord.length < needed) {
    throw new TypeError(
      `it has ${xcoord.length} xcoord and ${ycoord.length} ycoord for ${needed} ${what}`,
    );
  }
}
