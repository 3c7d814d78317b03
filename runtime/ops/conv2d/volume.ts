/**
 * The reference implementation of convolution, over volumes: an image has depth 1.
 *
 * @module
 */
import type { Tensor } from "../../tensor.ts";
import type { Windows } from "./geometry.ts";

/** The windows and groups of a convolution. */
export interface VolumeAttributes extends Windows {
  readonly group: number;
  readonly bias: boolean;
}

/** A 2D convolution's settings as those of a 3D one of depth 1. */
export function asVolume<A extends VolumeAttributes>(
  attributes: A,
): Omit<A, keyof Windows> & Windows {
  const { kernel, stride, pad, dilation } = attributes;
  return {
    ...attributes,
    kernel: [1, ...kernel],
    stride: [1, ...stride],
    pad: [0, ...pad],
    dilation: [1, ...dilation],
  };
}

/**
 * Convolves `[N, C, D, H, W]`, or `[N, C, H, W]`.
 *
 * @param attributes Those of a 3D convolution.
 */
export function convolve(
  { kernel, stride, pad, dilation, group, bias }: VolumeAttributes,
  [input, weights, biases]: readonly Tensor[],
  output: Tensor,
): void {
  const [batch, channels, depth, height, width] = volume(input!.shape);
  const [, outputs, layers, rows, columns] = volume(output.shape);
  const groupInputs = channels / group, groupOutputs = outputs / group;
  const [kernel_d, kernel_h, kernel_w] = kernel as Triple;
  const [stride_d, stride_h, stride_w] = stride as Triple;
  const sums = new Float64Array(layers * rows * columns);
  for (let n = 0; n < batch; n++) {
    for (let o = 0; o < outputs; o++) {
      sums.fill(bias ? biases!.data[o]! : 0);
      let at = o * groupInputs * kernel_d * kernel_h * kernel_w;
      for (let c = 0; c < groupInputs; c++) {
        const channel = n * channels + Math.floor(o / groupOutputs) * groupInputs + c;
        for (let d = 0; d < kernel_d; d++) {
          const front = d * dilation[0]! - pad[0]!;
          const [first, last] = inside(front, stride_d, depth, layers);
          for (let h = 0; h < kernel_h; h++) {
            const above = h * dilation[1]! - pad[1]!;
            const [top, bottom] = inside(above, stride_h, height, rows);
            for (let w = 0; w < kernel_w; w++, at++) {
              const before = w * dilation[2]! - pad[2]!;
              const [left, right] = inside(before, stride_w, width, columns);
              const weight = weights!.data[at]!;
              for (let layer = first; layer < last; layer++) {
                const image = channel * depth + layer * stride_d + front;
                for (let row = top; row < bottom; row++) {
                  const line = (image * height + row * stride_h + above) * width + before;
                  const sum = (layer * rows + row) * columns;
                  for (let column = left; column < right; column++) {
                    sums[sum + column]! += weight * input!.data[line + column * stride_w]!;
                  }
                }
              }
            }
          }
        }
      }
      output.data.set(sums, (n * outputs + o) * sums.length);
    }
  }
}

type Triple = [depth: number, height: number, width: number];

/** The extents of a volume; an image has depth 1. */
export function volume([batch, channels, ...extents]: readonly number[]) {
  const [depth, height, width] = (extents.length === 2 ? [1, ...extents] : extents) as Triple;
  return [batch!, channels!, depth, height, width] as const;
}

/** The range of windows, first to one past the last, whose tap at `offset` is inside the input. */
function inside(
  offset: number,
  stride: number,
  extent: number,
  windows: number,
): [first: number, end: number] {
  const first = Math.max(0, Math.ceil(-offset / stride));
  const end = Math.min(windows, Math.floor((extent - 1 - offset) / stride) + 1);
  return [first, end];
}
