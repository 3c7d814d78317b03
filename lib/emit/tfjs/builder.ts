/**
 * Builds a TensorFlow graph. Each call adds a node and returns its result with a static shape,
 * where −1 stands for extents that depend on the batch.
 *
 * Rearranged constants are folded, so that weights are stored as the graph's ops read them.
 *
 * @module
 */
import type { Pair } from "../../../runtime/ops/attribute.ts";
import type { Shape, Shape4 } from "../../../runtime/tensor.ts";
import type { Padding } from "../array_shapes.ts";
import { ArrayBuilder } from "./array_builder.ts";
import type { TfValue } from "./node.ts";

/** Builds a TensorFlow graph: adds ops on images, and all others. */
export class TfBuilder extends ArrayBuilder {
  /** Subsamples images `[N, H, W, C]`: every `stride`-th pixel, as many as requested. */
  everyPixel(x: TfValue, stride: Pair, [rows, columns]: Pair): TfValue {
    if (stride[0] === 1 && stride[1] === 1) {
      return this.slice(x, [0, 0, 0, 0], [-1, rows, columns, -1]);
    }
    if (this.learns(x)) return this.#everyPixelByShape(x, stride, [rows, columns]);
    const end = (n: number, step: number) => (n - 1) * step + 1;
    const node = this.node("StridedSlice", [
      x,
      this.setting([0, 0, 0, 0]),
      this.setting([0, end(rows, stride[0]), end(columns, stride[1]), 0]),
      this.setting([1, ...stride, 1]),
    ], {
      T: { type: x.type },
      Index: { type: "int" },
      // The first and the last axis are taken whole.
      begin_mask: { i: 0b1001 },
      end_mask: { i: 0b1001 },
      ellipsis_mask: { i: 0 },
      new_axis_mask: { i: 0 },
      shrink_axis_mask: { i: 0 },
    });
    return this.result(node, [x.shape[0]!, rows, columns, x.shape[3]!], x.type);
  }

  /** The same by reshaping, since StridedSlice has no gradient. */
  #everyPixelByShape(x: TfValue, [down, right]: Pair, [rows, columns]: Pair): TfValue {
    const [batch, height, width, channels] = x.shape as Shape4;
    const missing = (extent: number, wanted: number): Padding => [0, Math.max(0, wanted - extent)];
    const wide = this.pad(x, [
      [0, 0],
      missing(height, rows * down),
      missing(width, columns * right),
      [0, 0],
    ]);
    const cut = this.slice(wide, [0, 0, 0, 0], [-1, rows * down, columns * right, -1]);
    const many = batch === -1 ? -1 : batch * rows;
    const lines = this.reshape(cut, [many, down, columns * right, channels]);
    const line = this.slice(lines, [0, 0, 0, 0], [-1, 1, -1, -1]);
    const groups = this.reshape(line, [many, columns, right * channels]);
    const pixels = this.slice(groups, [0, 0, 0], [-1, columns, channels]);
    return this.reshape(pixels, [batch, rows, columns, channels]);
  }

  /** A matrix product, with the second matrix optionally transposed. */
  matMul(a: TfValue, b: TfValue, transposed = false): TfValue {
    const node = this.node("MatMul", [a, b], {
      T: { type: "float" },
      transpose_a: { b: false },
      transpose_b: { b: transposed },
    });
    return this.result(node, [a.shape[0]!, b.shape[transposed ? 0 : 1]!], "float");
  }

  /** Convolves images with weights `[kH, kW, I, O]`. Stride and dilation cannot both exceed 1. */
  conv2d(
    x: TfValue,
    weights: TfValue,
    { stride, dilation, pad }: { stride: Pair; dilation: Pair; pad: readonly [Padding, Padding] },
  ): TfValue {
    const node = this.node("Conv2D", [x, weights], {
      T: { type: "float" },
      strides: { ints: [1, ...stride, 1] },
      dilations: { ints: [1, ...dilation, 1] },
      data_format: { s: "NHWC" },
      use_cudnn_on_gpu: { b: true },
      ...(pad.flat().every((extent) => extent === 0)
        ? { padding: { s: "VALID" }, explicit_paddings: { ints: [] } }
        : { padding: { s: "EXPLICIT" }, explicit_paddings: { ints: [0, 0, ...pad.flat(), 0, 0] } }),
    });
    const windows = ([0, 1] as const).map((axis) => {
      const extent = x.shape[1 + axis]! + pad[axis][0] + pad[axis][1];
      const kernel = dilation[axis] * (weights.shape[axis]! - 1) + 1;
      return Math.floor((extent - kernel) / stride[axis]) + 1;
    });
    return this.result(node, [x.shape[0]!, ...windows, weights.shape[3]!], "float");
  }

  /** A depthwise convolution with weights `[kH, kW, I, M]`, without padding. */
  depthwise(x: TfValue, weights: TfValue, stride: number): TfValue {
    const [kernel_h, kernel_w, channels, multiplier] = weights.shape as Shape4;
    const node = this.node("DepthwiseConv2dNative", [x, weights], {
      T: { type: "float" },
      strides: { ints: [1, stride, stride, 1] },
      dilations: { ints: [1, 1, 1, 1] },
      data_format: { s: "NHWC" },
      padding: { s: "VALID" },
      explicit_paddings: { ints: [] },
    });
    const along = (extent: number, kernel: number) => Math.floor((extent - kernel) / stride) + 1;
    return this.result(node, [
      x.shape[0]!,
      along(x.shape[1]!, kernel_h),
      along(x.shape[2]!, kernel_w),
      channels * multiplier,
    ], "float");
  }

  /** A transposed convolution with weights `[kH, kW, O, I]`, without cropping. */
  transposedConv2d(x: TfValue, weights: TfValue, stride: Pair): TfValue {
    const along = (axis: 0 | 1) => stride[axis] * (x.shape[1 + axis]! - 1) + weights.shape[axis]!;
    const shape = [x.shape[0]!, along(0), along(1), weights.shape[2]!];
    const node = this.node("Conv2DBackpropInput", [this.#extents(shape, x), weights, x], {
      T: { type: "float" },
      strides: { ints: [1, ...stride, 1] },
      dilations: { ints: [1, 1, 1, 1] },
      data_format: { s: "NHWC" },
      use_cudnn_on_gpu: { b: true },
      padding: { s: "VALID" },
      explicit_paddings: { ints: [] },
    });
    return this.result(node, shape, "float");
  }

  /** Pools windows that lie within the images. */
  pool(op: "AvgPool" | "MaxPool", x: TfValue, kernel: Pair, stride: Pair): TfValue {
    const node = this.node(op, [x], {
      T: { type: "float" },
      ksize: { ints: [1, ...kernel, 1] },
      strides: { ints: [1, ...stride, 1] },
      padding: { s: "VALID" },
      data_format: { s: "NHWC" },
      ...(op === "MaxPool" ? { explicit_paddings: { ints: [] } } : {}),
    });
    const along = (axis: 0 | 1) =>
      Math.floor((x.shape[1 + axis]! - kernel[axis]) / stride[axis]) + 1;
    return this.result(node, [x.shape[0]!, along(0), along(1), x.shape[3]!], "float");
  }

  /** Local response normalisation across channels. */
  lrn(x: TfValue, radius: number, { alpha, beta, k }: { alpha: number; beta: number; k: number }) {
    const node = this.node("LRN", [x], {
      T: { type: "float" },
      depth_radius: { i: radius },
      bias: { f: k },
      alpha: { f: alpha },
      beta: { f: beta },
    });
    return this.result(node, x.shape, "float");
  }

  /** Bilinear resizing, with corners aligned at pixel centres or at pixel edges. */
  resizeBilinear(x: TfValue, size: Pair, alignCorners: boolean): TfValue {
    const node = this.node("ResizeBilinear", [x, this.setting(size)], {
      T: { type: "float" },
      align_corners: { b: alignCorners },
      half_pixel_centers: { b: !alignCorners },
    });
    return this.result(node, [x.shape[0]!, ...size, x.shape[3]!], "float");
  }

  /** Extents as a tensor: a batch-dependent first one is read off another tensor. */
  #extents(shape: Shape, like: TfValue): TfValue {
    if (shape[0] !== -1) return this.setting(shape);
    const types = { T: { type: "float" }, out_type: { type: "int" } } as const;
    const all = this.result(this.node("Shape", [like], types), [4], "int");
    const batch = this.slice(all, [0], [1]);
    return this.concat([batch, this.setting(shape.slice(1))], 0);
  }
}
