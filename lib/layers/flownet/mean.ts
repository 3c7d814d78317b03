/**
 * Mean: adds or subtracts a given mean for each channel. Fewer values than channels are repeated.
 *
 *     output_scale · (input_scale · x ± mean_scale · mean)
 *
 * @see https://github.com/lmb-freiburg/flownet2/blob/master/src/caffe/layers/mean_layer.cpp
 * @module
 */
import { enumeration, float, floats, message, string } from "../../../proto/message.ts";
import { apply, defineLayer, topName } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";

export const mean = defineLayer({
  type: "Mean",
  ops: ["affine"],
  param: {
    name: "mean_param",
    message: message("MeanParameter", {
      operation: enumeration(1, { ADD: 1, SUBTRACT: 4 }, "ADD"),
      file: string(2),
      value: floats(3),
      mean_scale: float(4, 1),
      input_scale: float(5, 1),
      output_scale: float(6, 1),
    }),
  },
  bottoms: [1, Infinity],
  tops: "bottoms",

  lower(instance) {
    const { graph, param: { file, value, ...param }, bottoms } = instance;
    if (file !== undefined) {
      throw new TypeError(
        `its mean is in the file ${JSON.stringify(file)}, which is not read; write it into the ` +
          "prototxt, one value for each channel, instead of the file",
      );
    }
    const sign = param.operation === "SUBTRACT" ? -1 : 1;
    return bottoms.map((bottom, i) => {
      const channels = bottom.shape[1] ?? 1;
      if (value.length === 0 || channels % value.length !== 0) {
        throw new TypeError(
          `it has ${value.length} value for ${channels} channels, which they must divide`,
        );
      }
      const name = topName(instance, i), nodes = new LayerNodes(graph, name);
      const perChannel = (role: string, of: (c: number) => number) =>
        nodes.constant(role, [channels], (c) => param.output_scale * of(c));
      const inputs = [
        bottom,
        perChannel("scale", () => param.input_scale),
        perChannel("offset", (c) => sign * param.mean_scale * value[c % value.length]!),
      ];
      return apply(graph, "affine", name, inputs, { axis: 1 });
    });
  },
});
