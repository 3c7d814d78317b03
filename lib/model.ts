/**
 * A converted model, from which bundles, classes and TensorFlow models are written.
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
  /** How images become its input, if that is known. */
  readonly preprocessing: Preprocessing | null;
  /** The names of the classes, if they are known. */
  readonly labels: readonly string[] | null;
  /** Where it came from: the converter's name, those of the files, and the number of layers. */
  readonly provenance: Readonly<Record<string, string>>;
  /** One row per layer of the Caffe network, before the transforms. */
  readonly summary: readonly SummaryRow[];
  /** Layers whose weights are zeros for want of a caffemodel. */
  readonly untrained: readonly string[];
}

/** A model to write: a network, and optionally the rest. */
export type WrittenModel = Pick<Model, "graph"> & Partial<Model>;

/** Completes a model with empty defaults. */
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

/** The title of a model: its own name, or else that of the file with its weights or layers. */
export function titleOf(
  { graph: { name }, provenance: { caffemodel, network = "" } }: Pick<
    Model,
    "graph" | "provenance"
  >,
): string {
  return name || (caffemodel ?? network).replace(/(?<=.)\.[^.]*$/, "");
}

/**
 * Refuses a model with layers without weights.
 *
 * @throws {TypeError} naming the first of them.
 */
export function expectWeights({ untrained }: Model, what: string): void {
  if (untrained.length === 0) return;
  const [first, ...others] = untrained, { length } = others;
  throw new TypeError(
    `Cannot write the ${what}: layer "${first}"` +
      (length > 0 ? ` and ${length} other${length > 1 ? "s" : ""} have` : " has") +
      " no weights; give the caffemodel",
  );
}
