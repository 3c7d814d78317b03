/**
 * LRN: divides each element by a power of the energy of its neighbourhood, across channels or within
 * its own.
 *
 * The energy is a mean: alpha is divided by the size of the neighbourhood, which TensorFlow does
 * not do. Within a channel Caffe ignores k. In gnina's fork volumes are normalized as well.
 *
 * @see https://github.com/BVLC/caffe/blob/master/src/caffe/layers/lrn_layer.cpp
 * @see https://github.com/gnina/gnina/blob/master/caffe/src/caffe/layers/lrn_layer.cpp
 *
 * @module
 */
import { enumeration, float, message, onlyWith, uint32 } from "../../../proto/message.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer } from "../layer.ts";
import { engine } from "./engine.ts";

export const lrn = defineLayer({
  type: "LRN",
  ops: ["lrn", "reshape"],
  param: {
    name: "lrn_param",
    number: 118,
    message: message("LRNParameter", {
      local_size: uint32(1, 5),
      alpha: float(2, 1),
      beta: float(3, 0.75),
      norm_region: enumeration(
        4,
        { ACROSS_CHANNELS: 0, WITHIN_CHANNEL: 1 },
        "ACROSS_CHANNELS",
      ),
      k: float(5, 1),
      engine: engine(6),
      ...onlyWith({ input_scale: 1, output_scale: 1 }),
    }),
  },

  lower({ graph, name, param, bottoms }) {
    const { local_size, alpha, beta, norm_region, k } = param;
    if (local_size % 2 === 0) {
      throw new TypeError(`its local_size is ${local_size}, but it must be odd`);
    }
    const region = norm_region === "ACROSS_CHANNELS" ? "across" : "within";
    const options = { region, size: local_size, alpha, beta, k } as const;
    const [bottom] = bottoms, depth = bottom!.shape[2]!;
    if (bottom!.shape.length !== 5 || region === "within") {
      return [apply(graph, "lrn", name, bottoms, options)];
    }
    const volume = fixed(graph, name, bottom!, 2, 3);
    const rows = { shape: [-1], axis: 2, numAxes: 2 };
    const image = apply(graph, "reshape", `${name}/image`, [volume], rows);
    const normalized = apply(graph, "lrn", `${name}/normalized`, [image], options);
    const volumes = { shape: [depth, -1], axis: 2, numAxes: 1 };
    return [apply(graph, "reshape", name, [normalized], volumes)];
  },
});
