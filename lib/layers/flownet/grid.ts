/**
 * LiteFlowNet's Grid: the coordinates of each pixel, column and row. Only the extents of the bottom
 * are used.
 *
 * @see https://github.com/twhui/LiteFlowNet/blob/master/src/caffe/layers/grid_layer.cpp
 * @module
 */
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import type { Shape, Shape4 } from "../../../runtime/tensor.ts";
import { expectImage } from "../../../runtime/tensor.ts";
import { apply, defineLayer } from "../layer.ts";

export const grid = defineLayer({
  type: "Grid",
  ops: ["affine", "power", "slice", "tile"],

  lower({ graph, name, bottoms: [bottom] }) {
    expectImage(bottom!.shape);
    const one = apply(graph, "slice", `${name}/channel`, [bottom!], { axis: 1, start: 0, end: 1 });
    const two = apply(graph, "tile", `${name}/channels`, [one], { axis: 1, tiles: 2 });
    // Any number to the power of 0 is 1.
    const ones = apply(graph, "power", `${name}/ones`, [two], { power: 0 });
    const inputs = [ones, coordinatesOf(graph, `${name}/places`, bottom!.shape)];
    return [apply(graph, "affine", name, inputs, { axis: 1, terms: "scale" })];
  },
});

/** Whether a value is the top of a {@linkcode grid}. */
export function isGrid(graph: GraphBuilder, value: Value): boolean {
  const writerOf = (value: Value | undefined) => graph.nodes.find(({ output }) => output === value);
  const affine = writerOf(value);
  if (affine?.op !== "affine") return false;
  const ones = writerOf(affine.inputs[0]);
  return ones?.op === "power" && ones.attributes.power === 0;
}

/** The column and row of each pixel of an image: `[2, H, W]`. */
export function coordinatesOf(graph: GraphBuilder, name: string, image: Shape): Value {
  const [, , height, width] = image as Shape4;
  const data = new Float32Array(2 * height * width);
  for (let i = 0; i < height * width; i++) {
    data[i] = i % width;
    data[height * width + i] = Math.floor(i / width);
  }
  return graph.constant(name, { shape: [2, height, width], data });
}
