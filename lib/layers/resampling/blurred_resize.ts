/**
 * Resize of the fork that appearance-flow uses: bilinear, with the corners of both images aligned, after
 * a crop. Before it shrinks an axis, a tent as wide as the samples are apart blurs it.
 *
 * It is lowered for the height and width that the bottom has at the conversion.
 *
 * @see https://github.com/tinghuiz/appearance-flow/blob/master/caffe/src/caffe/layers/resize_layer.cpp
 * @module
 */
import { float } from "../../../proto/message.ts";
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import type { Shape4, Tensor } from "../../../runtime/tensor.ts";
import { refuseHuge } from "../filler.ts";
import { fixed } from "../fixed.ts";
import { resizedBy } from "./separable.ts";

/** The settings that only this fork has. */
export const blurredFields = {
  scale: float(0),
  scale_x: float(0),
  scale_y: float(0),
  crop: float(0),
  crop_x: float(0),
  crop_y: float(0),
};

/** The settings. */
export type BlurredResizeParameter =
  & { readonly [Name in keyof typeof blurredFields]?: number | undefined }
  & { readonly height?: number | undefined; readonly width?: number | undefined };

/** Whether there are settings that only this fork has. */
export function isBlurred(param: BlurredResizeParameter): boolean {
  const names = Object.keys(blurredFields) as (keyof typeof blurredFields)[];
  return names.some((name) => param[name] !== undefined);
}

/** The resized image. */
export function blurredResize(
  graph: GraphBuilder,
  name: string,
  image: Value,
  param: BlurredResizeParameter,
): Value {
  const [, , height, width] = image.shape as Shape4;
  const { scale, crop = 0 } = param;
  const rows = matrixOf(height, param.height, param.scale_y ?? scale, param.crop_y ?? crop);
  const columns = matrixOf(width, param.width, param.scale_x ?? scale, param.crop_x ?? crop);
  return resizedBy(graph, name, fixed(graph, name, image, 2), rows, columns);
}

/** The weights along an axis: `[size, extent]`. */
function matrixOf(
  extent: number,
  given: number | undefined,
  factor: number | undefined,
  crop: number,
): Tensor {
  const last = extent - 2 * crop - 1;
  const scale = given === undefined ? factor ?? 0 : given === 0 ? 1 : (given - 1) / last;
  const size = Math.trunc(scale * last + 1.5);
  if (!(scale > 0 && Number.isFinite(scale)) || (given !== undefined && factor !== undefined)) {
    throw new TypeError(
      `along an axis, its bottom has ${extent} pixels, its crop is ${crop}, its size ` +
        `${given ?? "missing"} and its scale ${factor ?? "missing"}; ` +
        "it needs a size above 1 or a scale, and pixels between the crops",
    );
  }
  refuseHuge([size, extent]);
  const data = new Float32Array(size * extent);
  const blur = blurOf(scale);
  const at = (i: number) => Math.min(Math.max(i, 0), extent - 1);
  for (let i = 0; i < size; i++) {
    const place = at(i / scale + crop), first = Math.trunc(place), share = place - first;
    for (const [pixel, weight] of [[first, 1 - share], [at(first + 1), share]] as const) {
      blur.forEach((part, k) => {
        data[i * extent + at(pixel + k - (blur.length - 1) / 2)]! += weight * part;
      });
    }
  }
  return { shape: [size, extent], data };
}

/** The weights of the blur, the pixel's own in the middle. */
function blurOf(scale: number): readonly number[] {
  if (scale >= 1) return [1];
  const radius = 1 / Math.max(scale, 0.01), reach = Math.trunc(radius);
  const tent = Array.from({ length: 2 * reach + 1 }, (_, i) => radius - Math.abs(i - reach));
  const sum = tent.reduce((sum, weight) => sum + weight);
  return tent.map((weight) => weight / sum);
}
