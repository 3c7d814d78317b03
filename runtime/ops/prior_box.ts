/**
 * SSD's prior boxes: boxes of several sizes around the centre of each cell of a grid.
 *
 * @module
 */
import { type Shape4, showShape } from "../tensor.ts";
import { boolean, number, numbers, pair } from "./attribute.ts";
import { defineOp } from "./op.ts";

/**
 * Inputs: the grid `[N, C, H, W]` and the image `[N, C, H, W]`, of which only the shapes matter.
 * Output: `[1, 2, boxes · 4]`: the boxes, relative to the image's size, then the variances.
 */
export const priorBox = defineOp({
  schema: {
    /** Width and height of each box of a cell, in pixels of the image. */
    boxes: numbers(),
    /** The four variances output with each box. */
    variance: numbers([0.1, 0.1, 0.1, 0.1]),
    /** Whether boxes are clipped to the image. */
    clip: boolean(false),
    /** Height and width of the image; 0 means those of the second input. */
    image: pair([0, 0]),
    /** Height and width of a cell in pixels; none means that the cells fill the image. */
    step: numbers([]),
    /** The position of box centres within a cell, from 0 to 1. */
    offset: number(0.5),
    /** The same along the height only, for each box; none means `offset` for all. */
    down: numbers([]),
  },

  host: true,

  readsShapes: true,

  inputs: [2, 2],

  shape({ boxes, variance, step, offset, down }, [grid, image]) {
    if (grid!.length !== 4 || image!.length !== 4) {
      throw new TypeError(
        `its inputs are ${showShape(grid!)} and ${showShape(image!)}, not images [N, C, H, W]`,
      );
    }
    if (
      boxes.length === 0 || boxes.length % 2 !== 0 || variance.length !== 4 ||
      ![0, 2].includes(step.length) || ![0, boxes.length / 2].includes(down.length)
    ) {
      const lengths = [boxes, variance, step, down].map(({ length }) => length).join(", ");
      throw new TypeError(
        `its boxes, variance, step and down have ${lengths} numbers, but need pairs, 4, 2 or 0, ` +
          "and 1 a pair or 0",
      );
    }
    if (![...boxes, ...variance, ...step, offset, ...down].every(Number.isFinite)) {
      throw new TypeError("its boxes, variance, step, offset and down must be finite");
    }
    return [1, 2, grid![2]! * grid![3]! * boxes.length * 2];
  },

  reference(attributes, [grid, image], output) {
    const { boxes, variance, clip, step, offset, down } = attributes;
    const [, , rows, columns] = grid!.shape as Shape4;
    const height = attributes.image[0] || image!.shape[2]!;
    const width = attributes.image[1] || image!.shape[3]!;
    const [step_h = height / rows, step_w = width / columns] = step;
    let i = 0;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const x = (column + offset) * step_w;
        for (let p = 0; p < boxes.length; p += 2) {
          const y = (row + (down[p / 2] ?? offset)) * step_h;
          const w = boxes[p]! / 2, h = boxes[p + 1]! / 2;
          output.data[i++] = (x - w) / width;
          output.data[i++] = (y - h) / height;
          output.data[i++] = (x + w) / width;
          output.data[i++] = (y + h) / height;
        }
      }
    }
    if (clip) { for (let k = 0; k < i; k++) output.data[k] = clamp(output.data[k]!); }
    for (let k = 0; i < output.data.length; k++) output.data[i++] = variance[k % 4]!;
  },

  shaders: () => [],
});

function clamp(x: number): number {
  return Math.min(Math.max(x, 0), 1);
}
