/**
 * The windows of a pooling, for formats whose pooling ops round and pad differently: the image is
 * padded to the end of Caffe's windows, and means are corrected afterwards.
 *
 * @module
 */
import type { Pair } from "../../runtime/ops/attribute.ts";
import { type Pool2dAttributes, windowsOf } from "../../runtime/ops/pool2d.ts";
import type { Shape } from "../../runtime/tensor.ts";
import type { Padding } from "./array_shapes.ts";

/** Windows over planes. */
export interface Windows {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly pad: Pair;
  /** The number of windows along each axis. */
  readonly windows: Pair;
  /** The extents of a plane. */
  readonly plane: Pair;
}

/** The windows of a pooling, from `[N, C, H, W]` to `[N, C, rows, columns]`. */
export function poolingWindows(
  attributes: Pool2dAttributes,
  input: Shape,
  [, , rows, columns]: Shape,
): Windows {
  const { kernel, stride, pad } = windowsOf(attributes, input);
  const [, , height, width] = input;
  return {
    kernel,
    stride,
    pad,
    windows: [rows!, columns!],
    plane: [height!, width!],
  };
}

/** Whether the only window is the whole plane. */
export function coversPlane({ kernel, pad, windows, plane }: Windows): boolean {
  return ([0, 1] as const).every((axis) =>
    windows[axis] === 1 && pad[axis] === 0 && kernel[axis] === plane[axis]
  );
}

/** How far windows extend beyond the plane, before it and after it. */
export function around(
  { kernel, stride, pad, plane, windows }: Windows,
  axis: 0 | 1,
): Padding {
  const span = (windows[axis] - 1) * stride[axis] + kernel[axis];
  return [pad[axis], Math.max(0, span - pad[axis] - plane[axis])];
}

/**
 * The factor for each window's mean over `kernel` elements, `[rows, columns]`: Caffe counts the padding
 * as elements, but nothing beyond it.
 */
export function correction({ kernel, stride, pad, plane, windows }: Windows): Float32Array {
  const counted = (window: number, axis: 0 | 1) => {
    const start = window * stride[axis] - pad[axis];
    return Math.min(start + kernel[axis], plane[axis] + pad[axis]) - start;
  };
  return Float32Array.from({ length: windows[0] * windows[1] }, (_, i) => {
    const area = counted(Math.floor(i / windows[1]), 0) * counted(i % windows[1], 1);
    return kernel[0] * kernel[1] / area;
  });
}
