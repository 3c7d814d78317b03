/**
 * MultiStageMeanfield: CRF-RNN's mean-field refinement of a segmentation. Its bottoms are unary
 * scores, initial scores, and the picture; its learned blobs are class matrices: the weights of the
 * spatial and of the bilateral filter, and the compatibilities.
 *
 * Filtered values are normalised in each iteration, by the filter's response to 1; the result is not.
 *
 * @see https://arxiv.org/abs/1502.03240 Conditional Random Fields as Recurrent Neural Networks
 * @see https://github.com/torrvision/caffe-tvg
 *
 * @module
 */
import {
  bool,
  float,
  message,
  type MessageOf,
  openEnumeration,
  string,
  uint32,
} from "../../../proto/message.ts";
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { showAmount } from "../../numbers.ts";
import { customLayerHint } from "../../option_hints.ts";
import { apply, defineLayer, type Filler } from "../layer.ts";

const MultiStageMeanfieldParameter = message("MultiStageMeanfieldParameter", {
  num_iterations: uint32(0, 0),
  theta_alpha: float(0, 0),
  theta_beta: float(0, 0),
  theta_gamma: float(0, 0),
  compatibility_mode: openEnumeration(0, { POTTS: 0 }, "POTTS"),
  threshold: float(0, 0),
  /** The initial diagonals of the matrices. */
  spatial_filter_weight: float(0),
  bilateral_filter_weight: float(0),
  spatial_filter_weights_str: string(0),
  bilateral_filter_weights_str: string(0),
  force_cpu: bool(0, false),
  /** Settings of a fork that are not supported. */
  is_no_class_weights: bool(0, false),
  detection_potentials_enabled: bool(0, false),
  ho_potentials_enabled: bool(0, false),
  /** Settings of a layer of this name for maps of numbers rather than classes, not supported. */
  spatial_weight: float(0),
  bilateral_weight: float(0),
});

type MultiStageMeanfieldParameter = MessageOf<typeof MultiStageMeanfieldParameter>;

export const multiStageMeanfield = defineLayer({
  type: "MultiStageMeanfield",
  ops: ["meanField"],
  param: {
    name: "multi_stage_meanfield_param",
    message: MultiStageMeanfieldParameter,
  },
  bottoms: [3, 4],
  uses: 3,

  blobs({ param, shapes: [scores] }) {
    const classes = scores![1] ?? 1;
    const because = `a bottom of ${showAmount(classes, "channel")}`;
    const shape = [1, 1, classes, classes];
    return [
      { name: "spatial_weights", filler: diagonalOf(param, "spatial", classes), shape, because },
      {
        name: "bilateral_weights",
        filler: diagonalOf(param, "bilateral", classes),
        shape,
        because,
      },
      {
        name: "compatibility",
        filler: param.compatibility_mode === "POTTS" ? diagonal([-1], classes) : undefined,
        shape,
        because,
      },
    ];
  },

  lower({ graph, name, param, bottoms, blobs }) {
    for (const field of others) {
      if (!param[field]) continue;
      throw new TypeError(
        `it has ${field}, which belongs to another layer of this name; ${customLayerHint}`,
      );
    }
    const { num_iterations: iterations, theta_alpha: alpha, theta_beta: beta } = param;
    const { theta_gamma: gamma } = param;
    if (iterations < 2) {
      throw new TypeError(`its num_iterations is ${iterations}, but it must be above 1`);
    }
    if (!(Math.min(alpha, beta, gamma) > 0)) {
      throw new TypeError(
        `its theta_alpha, theta_beta and theta_gamma are ${alpha}, ${beta} and ${gamma}, but they ` +
          "must be above 0",
      );
    }
    const inputs = [...bottoms, productOf(graph, name, blobs)];
    return [apply(graph, "meanField", name, inputs, { iterations, alpha, beta, gamma })];
  },
});

/** The products of the compatibilities and the filters' weights, `[C · Ks, C · Kb]`. */
function productOf(
  graph: GraphBuilder,
  name: string,
  [spatial, bilateral, compatibility]: readonly Value[],
): Value {
  const classes = compatibility!.shape[3]!;
  const fit = graph.dataOf(compatibility!)!;
  const given = [graph.dataOf(spatial!)!, graph.dataOf(bilateral!)!] as const;
  const data = Float32Array.from({ length: 2 * classes * classes }, (_, i) => {
    const row = Math.floor(i / (2 * classes)), column = i % classes;
    const weights = given[Math.floor(i / classes) % 2]!;
    let sum = 0;
    for (let k = 0; k < classes; k++) {
      sum += fit[row * classes + k]! * weights[k * classes + column]!;
    }
    return sum;
  });
  return graph.constant(`${name}/weights`, { shape: [classes, 2 * classes], data });
}

/** Refuses the settings of other layers of this name. */
const others = [
  "is_no_class_weights",
  "detection_potentials_enabled",
  "ho_potentials_enabled",
  "spatial_weight",
  "bilateral_weight",
] as const;

/** The initial diagonal of a matrix, if the settings have one. */
function diagonalOf(
  param: MultiStageMeanfieldParameter,
  kind: "spatial" | "bilateral",
  classes: number,
): Filler | undefined {
  const field = `${kind}_filter_weights_str` as const, text = param[field];
  if (text === undefined) {
    const weight = param[`${kind}_filter_weight`];
    return weight === undefined ? undefined : diagonal([weight], classes);
  }
  const weights = text.trim().split(/\s+/).map(Number);
  if (weights.length === classes && weights.every(Number.isFinite)) {
    return diagonal(weights, classes);
  }
  // Defaults for missing ones differ between forks, and matter only without trained weights.
  return { type: field, value: 0 };
}

/** The weights of the classes: one for all, or one for each. */
function diagonal(weights: readonly number[], classes: number): Filler {
  return {
    type: "diagonal",
    value: 0,
    diagonal: Array.from({ length: classes }, (_, i) => weights[i] ?? weights[0]!),
  };
}
