/**
 * RoI pooling in general: ops that pool regions of images into a fixed number of bins.
 *
 * @module
 */
import { count, misfit, type Shape4 } from "../tensor.ts";
import type { AttributesOf, Pair, Schema } from "./attribute.ts";
import type { Box } from "./boxes.ts";
import type { Op } from "./op.ts";
import { f32, perElement, type Shader } from "./shader.ts";
import { roundCode } from "./round.ts";
import type { OfPlane } from "./taps.ts";

/** A bin of a box. */
interface Bin {
  readonly height: number;
  readonly width: number;
  readonly row: number;
  readonly column: number;
  /** The outermost pixels of the box. */
  readonly box: Box;
}

/** What distinguishes such ops. */
export interface Regions<S extends Schema> {
  readonly schema: S;
  /**
   * The number of bins in height and width, the factor from boxes to pixels of the input, and the
   * channels of the output, if each of its bins has a channel of the input of its own.
   */
  bins(attributes: AttributesOf<S>): { bins: Pair; scale: number; output?: number };
  /** The value of a bin in a plane of the images. */
  reference(
    attributes: AttributesOf<S>,
    bin: Bin,
  ): OfPlane;
  /**
   * WGSL: `fn pool(plane: i32, row: i32, column: i32, box: vec4f) -> f32`, the same for the plane
   * at `input[plane * height * width]`.
   */
  shader(attributes: AttributesOf<S>): Pick<Shader, "code" | "constants">;
}

/**
 * An op with inputs images `[N, C, H, W]` and boxes `[R, 5]`: image index, left, top, right and
 * bottom pixel. Output: `[R, C, bins]`; 0 where there is no such image.
 */
export function pooling<const S extends Schema>(regions: Regions<S>): Op<S> {
  const { schema, bins: binsOf } = regions;
  return {
    schema,

    inputs: [2, 2],

    shape(attributes, [input, boxes]) {
      if (input!.length !== 4 || boxes!.length < 2 || count(boxes!.slice(1)) !== 5) {
        throw misfit([input!, boxes!], "be images [N, C, H, W] and boxes [R, 5]");
      }
      const { bins, output } = binsOf(attributes), channels = input![1]!;
      const needed = output ? output * count(bins) : channels;
      if (channels !== needed) {
        throw new TypeError(
          `its input has ${channels} channels, but ${output} outputs of ${bins.join(" × ")} bins ` +
            `need ${needed}`,
        );
      }
      return [boxes![0]!, output || channels, ...bins];
    },

    // Assumes boxes up to twice as high and wide as the image.
    rounds: (_, [input], output) =>
      Math.min(1, 4 / count(output.slice(2))) * count(input!.slice(2)),

    reference(attributes, [input, boxes], output) {
      const [batch, channels, height, width] = input!.shape as Shape4;
      const [all, outputs, rows, columns] = output.shape as Shape4;
      const bins = rows * columns;
      for (let r = 0; r < all; r++) {
        const [image, ...box] = boxes!.data.subarray(5 * r, 5 * r + 5) as unknown as Region;
        if (!(image >= 0 && image < batch)) continue;
        for (let bin = 0; bin < bins; bin++) {
          const [row, column] = [Math.floor(bin / columns), bin % columns];
          const valueOf = regions.reference(attributes, { height, width, row, column, box });
          for (let o = 0; o < outputs; o++) {
            const channel = outputs === channels ? o : o * bins + bin;
            const plane = (Math.floor(image) * channels + channel) * height * width;
            output.data[(r * outputs + o) * bins + bin] = valueOf(input!.data, plane);
          }
        }
      }
    },

    shaders(attributes, [input], output) {
      const [batch, channels, height, width] = input as Shape4;
      const [, outputs, bins_h, bins_w] = output as Shape4;
      const { code, constants } = regions.shader(attributes);
      return [perElement(output, {
        code: main + roundCode + code,
        constants: {
          batch,
          channels,
          height,
          width,
          outputs,
          bins_h,
          bins_w,
          scale: f32(binsOf(attributes).scale),
          ...constants,
        },
      })];
    },
  };
}

type Region = readonly [image: number, ...box: Box];

const main = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;  // [R, outputs, bins_h, bins_w]
@group(0) @binding(1) var<storage, read> input: array<f32>;  // [batch, channels, height, width]
@group(0) @binding(2) var<storage, read> boxes: array<f32>;  // [R, 5]

const lowest = -0x1.fffffep+127f;
const edge = vec2f(vec2i(width, height)) - 1.0;

// One invocation computes one bin of one channel.
fn invocation(i: i32) {
  let at = i / (bins_h * bins_w * outputs) * 5;
  let image = boxes[at];
  if (!(image >= 0.0 && image < f32(batch))) {
    output[i] = 0.0;
    return;
  }
  let channel = select(i, i / (bins_h * bins_w), outputs == channels) % channels;
  let box = vec4f(boxes[at + 1], boxes[at + 2], boxes[at + 3], boxes[at + 4]);
  output[i] = pool(i32(image) * channels + channel, i / bins_w % bins_h, i % bins_w, box);
}

// Correctly rounded as on the CPU, since a bin's border may coincide with a pixel's: of the GPU's
// quotient only half of the digits are kept, whose product with numbers as small as those of bins is
// exact, and the remainder is divided once more. Compilers with fast math find nothing to cancel.
fn quotients(x: vec2f, by: vec2f) -> vec2f {
  let near = bitcast<vec2f>(bitcast<vec2u>(x / by) & vec2u(0xfffff000u));
  return near + (x - near * by) / by;
}

// Far outside the image, the exact position does not matter.
fn rounded(x: vec2f) -> vec2f {
  return clamp(vec2f(round_away(x.x), round_away(x.y)), vec2f(-1e6), vec2f(1e6));
}

// A box's width and height divided by its numbers of bins.
fn bin_extents(extents: vec2f) -> vec2f {
  return quotients(extents, vec2f(vec2i(bins_w, bins_h)));
}
`;
