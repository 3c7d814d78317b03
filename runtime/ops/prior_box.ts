/**
 * SSD's prior boxes: boxes of several sizes around the centre of each cell of a grid.
 *
 * @module
 */
import { type Shape, type Shape4, showShape } from "../tensor.ts";
import { type AttributesOf, boolean, number, numbers, pair } from "./attribute.ts";
import { defineOp, f32, literal, perElement } from "./op.ts";

const schema = {
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
};

type PriorBoxAttributes = AttributesOf<typeof schema>;

/**
 * Inputs: the grid `[N, C, H, W]` and the image `[N, C, H, W]`, of which only the shapes matter.
 * Output: `[1, 2, boxes · 4]`: the boxes, relative to the image's size, then the variances.
 */
export const priorBox = defineOp({
  schema,

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
      throw new TypeError(
        `its boxes, variance, step and down have ${
          [boxes, variance, step, down].map(({ length }) => length).join(", ")
        } numbers, but need pairs, 4, 2 or 0, and 1 a pair or 0`,
      );
    }
    if (
      ![...boxes, ...variance, ...step, offset, ...down].every((x) =>
        Number.isFinite(Math.fround(x))
      )
    ) {
      throw new TypeError(
        "its boxes, variance, step, offset and down must be finite float32 numbers",
      );
    }
    return [1, 2, grid![2]! * grid![3]! * boxes.length * 2];
  },

  reference(attributes, [grid, image], output) {
    const { boxes, variance, clip, offset, down } = attributes;
    const [, , rows, columns] = grid!.shape as Shape4;
    const { height, width, step_h, step_w } = extentsOf(attributes, grid!.shape, image!.shape);
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

  shaders(attributes, [grid, image], output) {
    const { boxes, variance, clip, offset, down } = attributes;
    const { height, width, step_h, step_w } = extentsOf(attributes, grid!, image!);
    const list = (values: readonly number[]) =>
      `array<f32, ${values.length}>(${values.map(literal).join(", ")})`;
    return [perElement(output, {
      code: `const box_sizes = ${list(boxes)};
const variances = ${list(variance)};
const downs = ${list(down.length > 0 ? down : [offset])};
${code}`,
      constants: {
        boxes: boxes.length / 2,
        offsets: Math.max(1, down.length),
        columns: grid![3]!,
        height: f32(height),
        width: f32(width),
        step_h: f32(step_h),
        step_w: f32(step_w),
        offset: f32(offset),
        clip,
        half: output[2]!,
      },
      reads: [],
    })];
  },
});

/** The extents of the image and of a cell, in pixels. */
function extentsOf({ image, step }: PriorBoxAttributes, grid: Shape, shown: Shape) {
  const height = image[0] || shown[2]!, width = image[1] || shown[3]!;
  const [step_h = height / grid[2]!, step_w = width / grid[3]!] = step;
  return { height, width, step_h, step_w };
}

function clamp(x: number): number {
  return Math.min(Math.max(x, 0), 1);
}

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;  // [2, rows, columns, boxes, 4]

// One invocation computes one element: left, top, right or bottom of a box, or a variance.
fn invocation(i: i32) {
  var sizes = box_sizes;
  var told = variances;
  var rows = downs;
  if (i >= half) {
    output[i] = told[i % 4];
    return;
  }
  let cell = i / (4 * boxes);
  let p = i / 4 % boxes;
  let side = select(-0.5, 0.5, i % 4 >= 2);
  var position = ((f32(cell % columns) + offset) * step_w + side * sizes[2 * p]) / width;
  if (i % 2 == 1) {
    position = ((f32(cell / columns) + rows[p % offsets]) * step_h + side * sizes[2 * p + 1]) / height;
  }
  output[i] = select(position, clamp(position, 0.0, 1.0), clip);
}
`;
