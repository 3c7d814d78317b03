/**
 * ImResize of OpenPose's predecessor: bicubic resizing, as in its GPU code. The samples are one picture
 * at several scales, each with a wider border than the one before: the borders are cropped, and the
 * resized samples are averaged. It is lowered for the extents that its bottom has at the conversion.
 *
 * @see https://github.com/CMU-Perceptual-Computing-Lab/caffe_rtpose/blob/master/src/caffe/cpm/layers/imresize_layer.cu
 * @module
 */
import { float, message, type MessageOf, uint32 } from "../../../proto/message.ts";
import { expectImage, type Shape4, showShape, type Tensor } from "../../../runtime/tensor.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer } from "../layer.ts";
import { resizedBy } from "../resampling/separable.ts";

const ImResizeParameter = message("ImResizeParameter", {
  target_spatial_width: uint32(0, 368),
  target_spatial_height: uint32(0, 368),
  /** The scale of both axes; if it is 0, the target size applies. */
  factor: float(0, 0),
  start_scale: float(0, 1),
  scale_gap: float(0, 0.1),
});

/** A limit of the weights along an axis that no real network exceeds. */
const mostWeights = 2 ** 22;

export const imResize = defineLayer({
  type: "ImResize",
  ops: ["dense", "eltwise", "permute", "reshape", "slice"],
  param: { name: "imresize_param", message: ImResizeParameter },

  lower({ graph, name, param, bottoms: [bottom] }) {
    expectImage(bottom!.shape);
    const [samples, , height, width] = bottom!.shape as Shape4;
    const [rows, columns] = sizeOf(param, height, width);
    if (rows < 1 || columns < 1) {
      throw new TypeError(`its top would be ${rows} × ${columns}, but must be at least 1 × 1`);
    }
    if (samples * Math.max(rows * height, columns * width) > mostWeights) {
      throw new TypeError(
        `its top would be ${rows} × ${columns} from its bottom ${showShape(bottom!.shape)}, ` +
          "which is too large",
      );
    }
    const same = fixed(graph, name, bottom!, 0);
    const resized = Array.from({ length: samples }, (_, n) => {
      const of = samples === 1 ? name : `${name}/scale${n}`;
      const sample = samples === 1 ? same : apply(graph, "slice", `${of}/sample`, [same], {
        axis: 0,
        start: n,
        end: n + 1 === samples ? 0 : n + 1,
      });
      const borders = [height, width].map((extent) => borderOf(param, extent, n));
      if (borders.some((border, i) => border < 0 || 2 * border >= [height, width][i]!)) {
        throw new TypeError(
          `its start_scale ${param.start_scale} and scale_gap ${param.scale_gap} leave nothing of ` +
            `sample ${n} of its bottom ${showShape(bottom!.shape)}`,
        );
      }
      const down = matrixOf(rows, height, borders[0]!);
      return resizedBy(graph, of, sample, down, matrixOf(columns, width, borders[1]!));
    });
    if (samples === 1) return resized;
    const coefficients = resized.map(() => 1 / samples);
    return [apply(graph, "eltwise", name, resized, { operation: "sum", coefficients })];
  },
});

/** The height and width of the top. */
function sizeOf(
  { factor, target_spatial_height, target_spatial_width }: MessageOf<typeof ImResizeParameter>,
  height: number,
  width: number,
): readonly [number, number] {
  if (factor === 0) return [target_spatial_height, target_spatial_width];
  return [Math.trunc(Math.fround(height * factor)), Math.trunc(Math.fround(width * factor))];
}

/** The width of a sample's border on each side of an axis. */
function borderOf(
  { start_scale, scale_gap }: MessageOf<typeof ImResizeParameter>,
  extent: number,
  sample: number,
): number {
  const { floor, fround } = Math;
  const share = fround(fround(1 - fround(start_scale)) + fround(sample * fround(scale_gap)));
  return floor(fround(floor(extent / 2) * share));
}

/** The weights along an axis: `[output, extent]`. */
function matrixOf(output: number, extent: number, border: number): Tensor {
  const data = new Float32Array(output * extent);
  for (let i = 0; i < output; i++) {
    for (const [at, weight] of taps(i, output, extent - 2 * border)) {
      data[i * extent + border + at]! += weight;
    }
  }
  return { shape: [output, extent], data };
}

/**
 * The taps of a pixel: cubic convolution with a = −0.5. Before the first pixel the first curve is
 * extrapolated; after the last pixel, that one is repeated.
 */
function taps(i: number, output: number, extent: number): (readonly [number, number])[] {
  const { max, min, trunc } = Math;
  const position = (i - (output / extent / 2 - 0.5)) * (extent / output);
  const first = max(trunc(position + 1e-5), 0), next = min(first + 1, extent - 1);
  const at = [max(first - 1, 0), first, next, min(next + 1, extent - 1)];
  const d = position - first;
  const weights = [
    ((-0.5 * d + 1) * d - 0.5) * d,
    (1.5 * d - 2.5) * d * d + 1,
    ((-1.5 * d + 2) * d + 0.5) * d,
    (0.5 * d - 0.5) * d * d,
  ];
  return at.map((pixel, k) => [pixel, weights[k]!]);
}
