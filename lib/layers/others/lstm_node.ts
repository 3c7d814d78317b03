/**
 * LSTMNode: one step of an LSTM with its weights, in networks that caption images.
 *
 * Bottoms are the inputs and hidden states of the step in one matrix `[N, I]`, the cells `[N, D]`, and
 * optionally whether each sequence continues `[N]`. Tops are the new hidden states and cells. The rows
 * of the weights are those of the input, forget and output gates and of the update.
 *
 * @see https://github.com/peteanderson80/caffe/blob/master/src/caffe/layers/lstm_node_layer.cpp
 * @module
 */
import { bool, message, nested, uint32 } from "../../../proto/message.ts";
import { count, sameShape, showShape } from "../../../runtime/tensor.ts";
import { FillerParameter } from "../../caffe/schema.ts";
import { lstmStep } from "../bvlc/lstm_unit.ts";
import { constant } from "../filler.ts";
import { type BlobSpec, defineLayer, type Filler, topName } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";
import { expectPositive } from "../positive.ts";

export const lstmNode = defineLayer({
  type: "LSTMNode",
  ops: ["affine", "dense", "eltwise", "reshape", "sigmoid", "slice", "tanh"],
  param: {
    name: "lstm_param",
    otherNames: ["lstmnode_param"],
    message: message("LSTMNodeParameter", {
      num_cells: uint32(1, 0),
      input_weight_filler: nested(2, FillerParameter),
      input_gate_weight_filler: nested(3, FillerParameter),
      forget_gate_weight_filler: nested(4, FillerParameter),
      output_gate_weight_filler: nested(5, FillerParameter),
      bias_term: bool(6, true),
      input_bias_filler: nested(7, FillerParameter),
      input_gate_bias_filler: nested(8, FillerParameter),
      forget_gate_bias_filler: nested(9, FillerParameter),
      output_gate_bias_filler: nested(10, FillerParameter),
      /** For gradients only. */
      cache_gates: bool(0),
    }),
  },
  bottoms: [2, 3],
  tops: [2, 2],

  blobs({ param, shapes: [shape] }): readonly BlobSpec[] {
    const { num_cells } = param, rows = 4 * num_cells, because = `num_cells ${num_cells}`;
    expectPositive({ num_cells });
    const weights = {
      name: "weights",
      shape: [rows, count(shape!.slice(1))],
      filler: fillerOf([
        param.input_gate_weight_filler,
        param.forget_gate_weight_filler,
        param.output_gate_weight_filler,
        param.input_weight_filler,
      ]),
      because: `${because} with a bottom ${showShape(shape!)}`,
    };
    const biases = {
      name: "biases",
      shape: [rows],
      filler: fillerOf([
        param.input_gate_bias_filler,
        param.forget_gate_bias_filler,
        param.output_gate_bias_filler,
        param.input_bias_filler,
      ]),
      because,
    };
    return param.bias_term ? [weights, biases] : [weights];
  },

  lower(instance) {
    const { graph, name, param, bottoms: [input, ...states], shapes, blobs } = instance;
    const units = param.num_cells, [batch] = shapes[0] as readonly [number];
    if ([batch * units, batch].some((size, i) => size !== count(shapes[i + 1] ?? [size]))) {
      const given = shapes.map(showShape).join(", ");
      throw new TypeError(
        `its bottoms are ${given}, but with num_cells ${units} they must be the input [N, I], the ` +
          `cells [N, ${units}] and, if there are three, whether each sequence continues [N]`,
      );
    }
    const nodes = new LayerNodes(graph, name);
    const gates = nodes.add("dense", "gates", [input!, ...blobs], {
      output: 4 * units,
      bias: param.bias_term,
    });
    const [cells, cont] = states.map((state, i) =>
      sameShape(state.shape, [[batch, units], [batch]][i]!)
        ? state
        : nodes.reshape(["cells", "cont"][i]!, state, [[-1, units], [-1]][i]!)
    );
    const names = [topName(instance, 1), name] as const;
    return lstmStep(graph, name, { cells: cells!, gates, cont, names }).toReversed();
  },
});

/** The filler of a blob of four parts. */
function fillerOf(parts: readonly (Filler | undefined)[]): Filler {
  const fillers = parts.map((filler) => filler ?? constant(0));
  return fillers.find(({ type }) => type !== "constant") ??
    { ...constant(0), parts: fillers.map(({ value }) => value) };
}
