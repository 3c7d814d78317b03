/**
 * Inception modules: parallel convolutions of several kernel shapes.
 *
 * @module
 */
import { dense, pool, relu } from "./blocks.ts";
import type { Fields, LayerFields, Prototxt } from "./prototxt.ts";

/** A convolution of a branch; its kernel is given as "<height>x<width>". */
export type Step = readonly [
  name: string,
  output: number,
  kernel: string,
  stride?: number,
  pad?: boolean,
];

/** Adds Inception modules to a prototxt. */
export class Inception {
  /**
   * @param net The prototxt.
   * @param training The fields of convolutions that matter only in training.
   */
  constructor(readonly net: Prototxt, private readonly training: LayerFields = {}) {}

  /** Adds convolution, BatchNorm, Scale and ReLU; `pad` tells whether the padding is "same". */
  unit(
    name: string,
    output: number,
    kernel: string,
    stride = 1,
    pad = true,
    bottom = this.net.last,
  ) {
    const [height, width] = kernel.split("x").map(Number) as [number, number];
    const square = height === width;
    const { convolution_param, ...training } = this.training;
    const padFor = (extent: number) => pad ? (extent - 1) / 2 : 0;
    this.net.layer("Convolution", name, {
      bottom,
      ...training,
      convolution_param: {
        bias_term: false,
        num_output: this.net.channels(output),
        ...(square ? { pad: padFor(height), kernel_size: height } : {
          pad_h: padFor(height),
          pad_w: padFor(width),
          kernel_h: height,
          kernel_w: width,
        }),
        stride,
        ...convolution_param as Fields | undefined,
      },
    });
    this.net.inPlace("BatchNorm", `${name}_bn`, {
      batch_norm_param: { use_global_stats: true, eps: 0.001 },
    });
    this.net.inPlace("Scale", `${name}_scale`, { scale_param: { bias_term: true } });
    relu(this.net, `${name}_relu`);
    return name;
  }

  /** Adds a sequence of convolutions from a blob. */
  branch(from: string, steps: readonly Step[]): string {
    return steps.reduce(
      (bottom, [name, output, kernel, stride, pad]) =>
        this.unit(name, output, kernel, stride, pad, bottom),
      from,
    );
  }

  /** Concatenates branches. */
  concat(name: string, bottom: readonly string[]): string {
    return this.net.layer("Concat", name, { bottom });
  }

  /** Adds a branch of 3x3 average (or max) pooling and a 1x1 convolution. */
  pooled(
    name: string,
    from: string,
    output: number,
    { pooling = `${name}_pool_ave`, then = `${name}_1x1`, method = "AVE" as "AVE" | "MAX" } = {},
  ): string {
    const average = pool(this.net, pooling, method, 3, 1, {
      bottom: from,
      pooling_param: { pad: 1 },
    });
    return this.branch(average, [[then, output, "1x1"]]);
  }

  /** Adds a branch of 3x3 max pooling with a stride of 2. */
  maxima(name: string, from: string): string {
    return pool(this.net, `${name}_pool`, "MAX", 3, 2, { bottom: from });
  }
}

/** Adds the classifier. */
export function classes(net: Prototxt): void {
  net.layer("Pooling", "pool_8x8_s1", { pooling_param: { pool: "AVE", global_pooling: true } });
  net.layer("Dropout", "pool_8x8_s1_drop", { dropout_param: { dropout_ratio: 0.2 } });
  dense(net, "classifier", 1000, {
    param: [{ lr_mult: 1, decay_mult: 1 }, { lr_mult: 2, decay_mult: 0 }],
    inner_product_param: {
      weight_filler: { type: "xavier" },
      bias_filler: { type: "constant", value: 0 },
    },
  });
  net.layer("Softmax", "prob");
}
