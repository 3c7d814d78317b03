/**
 * SumPooling: sums each window of an image, in hierarchical bilinear pooling.
 *
 * Windows that reach past the image are not supported: there are none with stride 1.
 *
 * @see https://github.com/ChaojianYu/Hierarchical-Bilinear-Pooling
 * @module
 */
import { bool, message, onlyWith, optionalEnumeration, uint32 } from "../../../proto/message.ts";
import { expectImage } from "../../../runtime/tensor.ts";
import { apply, defineLayer } from "../layer.ts";

export const sumPooling = defineLayer({
  type: "SumPooling",
  ops: ["pool2d", "power", "reduce", "reshape"],
  param: {
    name: "sum_pooling_param",
    message: message("SumPoolingParameter", {
      pool: optionalEnumeration(0, { MAX: 0, AVE: 1, STOCHASTIC: 2, SUM: 3 }),
      kernel_size: uint32(0),
      kernel_h: uint32(0),
      kernel_w: uint32(0),
      global_pooling: bool(0, false),
      ...onlyWith({ stride: 1, stride_h: 1, stride_w: 1, pad: 0, pad_h: 0, pad_w: 0 }),
    }),
  },

  lower({ graph, name, param, bottoms: [image] }) {
    expectImage(image!.shape);
    if (param.pool !== "SUM") {
      throw new TypeError(`its pool is ${param.pool ?? "not given"}, but only SUM is supported`);
    }
    const { kernel_size, kernel_h = kernel_size, kernel_w = kernel_size } = param;
    if (param.global_pooling) {
      const sums = apply(graph, "reduce", `${name}/sums`, [image!], { axis: 2 });
      return [apply(graph, "reshape", name, [sums], { shape: [1, 1], axis: 2, numAxes: 0 })];
    }
    if (!kernel_h || !kernel_w) {
      throw new TypeError("it needs either kernel_size, kernel_h and kernel_w, or global_pooling");
    }
    const kernel = [kernel_h, kernel_w] as const;
    const means = apply(graph, "pool2d", `${name}/means`, [image!], { method: "average", kernel });
    return [apply(graph, "power", name, [means], { scale: kernel_h * kernel_w })];
  },
});
