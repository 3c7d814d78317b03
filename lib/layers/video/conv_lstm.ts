/**
 * ConvLSTM: long short-term memory with convolutions instead of matrix products, over sequences of
 * images `[T, N, C, H, W]`. It is unrolled. Bottoms, tops and gates are those of LSTM; all gates but
 * the update also depend on the last cells, with a learned weight for each position ("peepholes"),
 * even if a sequence starts.
 *
 * @see https://arxiv.org/abs/1506.04214
 * @see https://github.com/agethen/ConvLSTM-for-Caffe/blob/master/src/caffe/layers/conv_lstm_layer.cpp
 * @module
 */
import { bool, message, repeated, string, uint32 } from "../../../proto/message.ts";
import type { Value } from "../../../runtime/graph.ts";
import { sameShape, type Shape, showShape } from "../../../runtime/tensor.ts";
import { customLayerHint } from "../../option_hints.ts";
import { convolutionFields, imageSettings, windowsOf } from "../bvlc/convolution_parameter.ts";
import { expectFewSteps, recurrentParam, type RecurrentParameter } from "../bvlc/recurrent.ts";
import { constant } from "../filler.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer, type LayerInstance, type LayerShape } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";
import { weightsAndBiases } from "../weights.ts";

const convolutionParam = {
  name: "lstm_conv_param",
  number: 150,
  message: message("LSTMConvolutionParameter", {
    ...convolutionFields,
    /** The convolutions that it configures; only one for all is supported. */
    type: string(19, "all"),
  }),
};

const cellParam = {
  name: "lstm_debug_param",
  number: 151,
  message: message("LSTMDebugParameter", {
    disable_hadamard: bool(2, false),
    axis_hadamard: uint32(3, 3),
    num_axes_hadamard: uint32(4, 2),
    ignore_x: bool(5, false),
    /** Names of blobs of the unrolled network that become tops; not supported. */
    expose: repeated(string(1)),
  }),
};

/** The gates, in the order in which their blobs are stored. */
const gates = ["input", "forget", "output", "update"] as const;

export const convLstm = defineLayer({
  type: "ConvLSTM",
  ops: ["affine", "concat", "conv2d", "eltwise", "reshape", "sigmoid", "slice", "tanh"],
  param: recurrentParam,
  otherParams: [convolutionParam, cellParam],
  bottoms: [2, 4],
  tops: [1, 3],

  blobs(instance) {
    const { convolution, cell, channels, peephole } = settingsOf(instance);
    const named = (role: string, inputs: number, bias_term: boolean) => {
      const shape = [convolution.num_output, inputs, ...convolution.kernel];
      const specs = weightsAndBiases({ ...convolution, bias_term }, shape);
      return gates.flatMap((gate) =>
        specs.map((spec) => ({ ...spec, name: `${gate}_${role}_${spec.name}` }))
      );
    };
    const because = `axis_hadamard ${cell.axis_hadamard}`;
    const ofCells = { shape: peephole, filler: constant(1), because };
    return [
      ...cell.ignore_x ? [] : named("data", channels, false),
      ...named("hidden", convolution.num_output, convolution.bias_term),
      ...cell.disable_hadamard
        ? []
        : gates.slice(0, 3).map((gate) => ({ name: `${gate}_cells`, ...ofCells })),
    ];
  },

  lower(instance) {
    const { graph, name, param: { expose_hidden }, bottoms, shapes } = instance;
    const settings = settingsOf(instance), { state } = settings;
    const steps = shapes[0]![0]!;
    const starts = expose_hidden
      ? bottoms.slice(2)
      : ["h_0", "c_0"].map((role) => graph.input(`${name}/${role}`, [1, ...state]));
    const { hidden, cells } = unrolled(instance, settings, starts);
    const top = steps === 1 ? hidden[0]! : apply(graph, "concat", name, hidden, { axis: 0 });
    const last = [hidden.at(-1)!, whole(instance, `${name}/c_T`, cells)];
    if (!expose_hidden) starts.forEach((start, i) => graph.remember(start, last[i]!));
    return [top, ...last];
  },
});

type Instance = LayerInstance<RecurrentParameter>;

/** The hidden state after each step, `[1, N, O, H, W]`, and the last cells, `[N, O, H, W]`. */
function unrolled(
  instance: Instance,
  { convolution, cell }: ReturnType<typeof settingsOf>,
  starts: readonly Value[],
) {
  const { graph, name, bottoms: [data, cont], blobs } = instance;
  const steps = data!.shape[0]!, output = convolution.num_output;
  // The blobs that remain after the weights of the convolutions.
  const peepholes = [...blobs];
  const dataWeights = cell.ignore_x ? [] : peepholes.splice(0, 4);
  const hiddenBlobs = peepholes.splice(0, convolution.bias_term ? 8 : 4);
  const convolve = (node: string, image: Value, learned: readonly Value[]) =>
    apply(graph, "conv2d", node, [image, ...learned], {
      output: 4 * output,
      bias: learned.length === 2,
      ...convolution.settings,
    });

  const hiddenWeights = convolution.bias_term
    ? [
      joined(instance, "hidden_weights", even(hiddenBlobs)),
      joined(instance, "biases", odd(hiddenBlobs)),
    ]
    : [joined(instance, "hidden_weights", hiddenBlobs)];
  const flags = fixed(graph, `${name}/cont`, cont!, 0, 1);
  const inputs = cell.ignore_x ? undefined : sequence();
  let [hidden, cells] = starts.map((start, i) => step(`${i === 0 ? "h" : "c"}_0/step`, start, 0));
  const outputs = Array.from({ length: steps }, (_, t) => {
    const nodes = new LayerNodes(graph, `${name}/${t}`), { name: own } = nodes;
    const continues = step(`${own}/cont`, flags, t);
    const ofSamples = { axis: 0, terms: "scale" } as const;
    const kept = nodes.add("affine", "kept", [hidden!, continues], ofSamples);
    const recurrent = convolve(`${own}/hidden`, kept, hiddenWeights);
    const sum = inputs === undefined
      ? recurrent
      : nodes.add("eltwise", "sum", [recurrent, step(`${own}/data`, inputs, t)], {});
    const [inputGate, forgetGate, outputGate, update] = gatesOf(sum, cells!, nodes);
    const product = (role: string, factors: readonly Value[]) =>
      nodes.add("eltwise", role, factors, { operation: "product" });
    const forget = nodes.add("affine", "forgets", [forgetGate!, continues], ofSamples);
    cells = nodes.add("eltwise", "cells", [
      product("old", [forget, cells!]),
      product("added", [inputGate!, update!]),
    ], {});
    const shown = nodes.add("tanh", "shown", [cells], {});
    hidden = product("state", [outputGate!, shown]);
    return whole(instance, steps === 1 ? name : `${own}/whole`, hidden);
  });
  return { hidden: outputs, cells: cells! };

  /** The gates of a step, after their activations. */
  function gatesOf(sum: Value, cells: Value, nodes: LayerNodes): readonly Value[] {
    return gates.map((gate, k) => {
      const end = k === 3 ? 0 : (k + 1) * output;
      const part = nodes.slice(`${gate}/sum`, sum, 1, k * output, end);
      if (gate === "update") return nodes.add("tanh", gate, [part], {});
      if (cell.disable_hadamard) return nodes.add("sigmoid", gate, [part], {});
      const alongCells = { axis: cell.axis_hadamard - 1, terms: "scale" } as const;
      const seen = nodes.add("affine", `${gate}/cells`, [cells, peepholes[k]!], alongCells);
      const both = nodes.add("eltwise", `${gate}/both`, [part, seen], {});
      return nodes.add("sigmoid", gate, [both], {});
    });
  }

  /** The data's contribution to the gates at each step: `[T, N, 4·O, H, W]`. */
  function sequence(): Value {
    const same = fixed(graph, `${name}/data`, data!, 0, 1);
    const merged = { shape: [-1], numAxes: 2 };
    const images = apply(graph, "reshape", `${name}/images`, [same], merged);
    const weights = joined(instance, "data_weights", dataWeights);
    const added = convolve(`${name}/added`, images, [weights]);
    return apply(graph, "reshape", `${name}/sequence`, [added], { shape: [steps, -1], numAxes: 1 });
  }

  /** The element of a sequence at a step. */
  function step(node: string, sequence: Value, t: number): Value {
    const range = { axis: 0, start: t, end: t + 1 === sequence.shape[0] ? 0 : t + 1 };
    const one = apply(graph, "slice", `${node}/one`, [sequence], range);
    return apply(graph, "reshape", node, [one], { shape: [], numAxes: 1 });
  }
}

/** The values at even and at odd positions. */
const even = (values: readonly Value[]) => values.filter((_, i) => i % 2 === 0);
const odd = (values: readonly Value[]) => values.filter((_, i) => i % 2 === 1);

/** Concatenates the blobs of all gates. */
function joined({ graph, name }: Instance, role: string, blobs: readonly Value[]): Value {
  const parts = blobs.map((blob) => graph.dataOf(blob)!),
    [length] = parts.map((part) => part.length);
  const data = new Float32Array(4 * length!);
  parts.forEach((part, gate) => data.set(part, gate * length!));
  const [output, ...kernel] = blobs[0]!.shape;
  return graph.constant(`${name}/${role}`, { shape: [4 * output!, ...kernel], data });
}

/** A state as a sequence of one step. */
function whole({ graph }: Instance, node: string, state: Value): Value {
  return apply(graph, "reshape", node, [state], { shape: [1], numAxes: 0 });
}

/** The resolved settings, and the shapes of the states and of a peephole. */
function settingsOf(instance: LayerShape<RecurrentParameter>) {
  const { layer, param: { expose_hidden }, shapes } = instance;
  if (!layer.hasParam(convolutionParam)) {
    throw new TypeError(
      "it has no lstm_conv_param, but only agethen's ConvLSTM is supported, which has one; " +
        customLayerHint,
    );
  }
  const convolution = layer.param(convolutionParam), cell = layer.param(cellParam);
  const [data, cont, ...starts] = shapes;
  const [steps, samples, channels, ...extents] = data as readonly [number, number, number];
  const state: Shape = [samples, convolution.num_output, ...extents];
  const isRight = data!.length === 5 && sameShape(cont!, [steps, samples]) &&
    starts.length === (expose_hidden ? 2 : 0) &&
    starts.every((start) => sameShape(start, [1, ...state]));
  if (!isRight) {
    throw new TypeError(
      `its bottoms are ${shapes.map(showShape).join(", ")}, but must be [T, N, C, H, W], [T, N]` +
        (expose_hidden ? `, and twice ${showShape([1, ...state])}` : ""),
    );
  }
  expectFewSteps(steps);
  if (convolution.type !== "all" || convolution.group !== 1) {
    throw new TypeError(
      `its lstm_conv_param has type ${JSON.stringify(convolution.type)} and group ` +
        `${convolution.group}, but only one for all convolutions, of group 1, is supported`,
    );
  }
  const windows = windowsOf({
    layer,
    param: { ...convolution, axis: 1 },
    shapes: [[samples, channels, ...extents]],
  });
  const { kernel, pad, stride, dilation } = windows;
  const isSame = extents.every((_, i) =>
    stride[i] === 1 && 2 * pad[i]! === (kernel[i]! - 1) * dilation[i]!
  );
  if (!isSame) {
    throw new TypeError(
      `its kernel is ${showShape(kernel)} with pad ${showShape(pad)}, stride ` +
        `${showShape(stride)} and dilation ${showShape(dilation)}, but its convolutions must ` +
        "keep height and width",
    );
  }
  if (cell.expose.length > 0) {
    throw new TypeError(
      `it has expose ${JSON.stringify(cell.expose[0])}, but only the tops of LSTM are supported`,
    );
  }
  const { axis_hadamard: axis, num_axes_hadamard: axes } = cell;
  const peephole = [1, ...state].slice(axis, axis + axes);
  if (axis < 2 || axis + axes > 5) {
    throw new TypeError(
      `its axis_hadamard is ${axis} and its num_axes_hadamard ${axes}, but they must name axes of ` +
        "[1, N, C, H, W] from the channels on",
    );
  }
  return {
    convolution: { ...convolution, kernel, settings: imageSettings(windows) },
    cell,
    channels,
    state,
    peephole,
  };
}
