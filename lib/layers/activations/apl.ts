/**
 * APL: an adaptive piecewise linear activation, a sum of hinges whose slopes a and places b are learned
 * for each element of a sample:
 *
 *     max(x, 0) + Σ a · max(b − x, 0)
 *
 * The blobs are `[1, 1, sums, elements]`, but hold the hinges of one element after those of another.
 * The fork's default of `sums` is unknown; without it the stored blobs tell.
 *
 * @see https://arxiv.org/abs/1412.6830
 * @see https://github.com/forestagostinelli/Learned-Activation-Functions-Source
 * @module
 */
import { bool, message, nested, uint32 } from "../../../proto/message.ts";
import { count } from "../../../runtime/tensor.ts";
import { FillerParameter } from "../../caffe/schema.ts";
import { apply, defineLayer, type Filler } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";

/** A limit of the hinges that no real network exceeds, since each adds nodes. */
const mostHinges = 100;

export const apl = defineLayer({
  type: "APL",
  ops: ["affine", "eltwise", "power", "relu"],
  param: {
    name: "apl_param",
    message: message("APLParameter", {
      sums: uint32(0),
      slope_filler: nested(0, FillerParameter),
      offset_filler: nested(0, FillerParameter),
      save_mem: bool(0),
    }),
  },

  blobs({ param, shapes: [bottom], stored = [] }) {
    const elements = count(bottom!.slice(1));
    const sums = param.sums ?? (stored.length > 0 ? count(stored[0]!) / elements : 0);
    if (!(Number.isInteger(sums) && sums > 0 && sums <= mostHinges)) {
      throw new TypeError(
        `it has ${sums} hinges for each element, but needs 1 to ${mostHinges}; set sums in its ` +
          "apl_param",
      );
    }
    const because = `sums ${sums} and ${elements} elements`, shape = [1, 1, sums, elements];
    const random: Filler = { type: "uniform", value: 0 };
    return [
      { name: "slope", shape, filler: param.slope_filler ?? random, because },
      { name: "offset", shape, filler: param.offset_filler ?? random, because },
    ];
  },

  lower({ graph, name, bottoms: [bottom], blobs: [slopes, offsets] }) {
    const sums = slopes!.shape[2]!, shape = bottom!.shape.slice(1);
    const [a, b] = [slopes!, offsets!].map((blob) => graph.dataOf(blob)!);
    const nodes = new LayerNodes(graph, name);
    const negative = nodes.add("power", "negative", [bottom!], { scale: -1 });
    const hinges = Array.from({ length: sums }, (_, hinge) => {
      const of = (role: string, data: Float32Array) =>
        nodes.constant(`${role}${hinge}`, shape, (i) => data[i * sums + hinge]!);
      const shifted = nodes.add("affine", `shifted${hinge}`, [negative, of("offset", b!)], {
        terms: "offset",
      });
      const bent = nodes.add("relu", `bent${hinge}`, [shifted], {});
      return nodes.add("affine", `hinge${hinge}`, [bent, of("slope", a!)], { terms: "scale" });
    });
    const positive = nodes.add("relu", "positive", [bottom!], {});
    return [apply(graph, "eltwise", name, [positive, ...hinges], { operation: "sum" })];
  },
});
