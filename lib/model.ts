/**
 * A converted model: what a bundle, a class and a TensorFlow.js model are made from.
 *
 * @module
 */
import type { Graph } from "../runtime/graph.ts";
import type { Preprocessing } from "../runtime/preprocess.ts";
import type { SummaryRow } from "./summary.ts";

/** A converted model. */
export interface Model {
  /** The network. */
  readonly graph: Graph;
  /** How images become its input, where the model says. */
  readonly preprocessing: Preprocessing | null;
  /** The names of the classes, where somebody says. */
  readonly labels: readonly string[] | null;
  /** Where it came from: file names and the converter's version. */
  readonly provenance: Readonly<Record<string, string>>;
  /** One row a layer of the Caffe network, before the transforms. */
  readonly summary: readonly SummaryRow[];
  /** Layers whose weights are zeros, since no caffemodel was given. */
  readonly untrained: readonly string[];
}

/** A model as it is written: a network, and what else there is to say of it. */
export type WrittenModel = Pick<Model, "graph"> & Partial<Model>;

/** A model that says of everything that there is none, unless it says more. */
export function wholeModel(model: WrittenModel): Model {
  return {
    preprocessing: null,
    labels: null,
    provenance: {},
    summary: [],
    untrained: [],
    ...model,
  };
}

/** What to call a model: by its own name, or else by that of the file with its weights or layers. */
export function titleOf(
  { graph: { name }, provenance: { caffemodel, network = "" } }: Pick<
    Model,
    "graph" | "provenance"
  >,
): string {
  return name || (caffemodel ?? network).replace(/(?<=.)\.[^.]*$/, "");
}

/**
 * Refuses a model whose layers were given no weights.
 *
 * @throws {TypeError} that names the first of them.
 */
export function expectWeights({ untrained }: Model, what: string): void {
  if (untrained.length === 0) return;
  const [first, ...others] = untrained;
  throw new TypeError(
    `Cannot write the ${what}: layer "${first}"` +
      (others.length > 0 ? ` and ${others.length} others have` : " has") +
      " no weights; give the caffemodel",
  );
}
