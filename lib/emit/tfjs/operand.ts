/**
 * A value during compilation to TensorFlow: in NCHW (Caffe's order), as an image in NHWC, or both.
 * Each layout is created on demand, so that ops of the same layout need no transpose between them.
 *
 * @module
 */
import type { Shape } from "../../../runtime/tensor.ts";
import type { TfBuilder } from "./builder.ts";
import type { TfValue } from "./node.ts";

/** The layout of a value: Caffe's order of axes, or an image `[N, H, W, C]`. */
export type AxisOrder = "caffe" | "image";

/** The result of an op, and its layout. */
export interface Laid {
  readonly layout: AxisOrder;
  readonly value: TfValue;
}

/** From `[N, C, H, W]` to `[N, H, W, C]`. */
export const toImage: Shape = [0, 2, 3, 1];
/** From `[N, H, W, C]` to `[N, C, H, W]`. */
export const toCaffe: Shape = [0, 3, 1, 2];

/** A value in one layout or in both. */
export class Operand {
  readonly #values: Partial<Record<AxisOrder, TfValue>>;

  /**
   * @param shape Its extents in Caffe's order; −1 for one that depends on the batch.
   * @param known Its extents for the batch that the network was written for.
   */
  constructor(
    private readonly builder: TfBuilder,
    readonly shape: Shape,
    readonly known: Shape,
    { layout, value }: Laid,
  ) {
    this.#values = { [layout]: value };
  }

  /** The value in the order of Caffe's axes. */
  get caffe(): TfValue {
    return this.#values.caffe ??= this.#moved(this.#values.image!, toCaffe, this.shape);
  }

  /** The image `[N, H, W, C]`, for values with four axes. */
  get image(): TfValue {
    const { shape } = this;
    const channelsLast = toImage.map((axis) => shape[axis]!);
    return this.#values.image ??= this.#moved(this.#values.caffe!, toImage, channelsLast);
  }

  /** Whether it exists as an image already. */
  get isImage(): boolean {
    return this.#values.image !== undefined;
  }

  /** The value in a layout. */
  in(layout: AxisOrder): TfValue {
    return layout === "image" ? this.image : this.caffe;
  }

  #moved(value: TfValue, order: Shape, shape: Shape): TfValue {
    // With one channel or one pixel, both layouts have the elements in the same order.
    const [, channels, height, width] = this.shape;
    const isSame = channels === 1 || (height === 1 && width === 1);
    return isSame && shape.filter((extent) => extent === -1).length <= 1
      ? this.builder.reshape(value, shape)
      : this.builder.transpose(value, order);
  }
}

/** A result as an image. */
export function image(value: TfValue): Laid {
  return { layout: "image", value };
}

/** A result in Caffe's order of axes. */
export function caffe(value: TfValue): Laid {
  return { layout: "caffe", value };
}
