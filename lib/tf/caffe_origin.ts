/**
 * Writes trained weights as a caffemodel, in the layers of the original Caffe network.
 *
 * @module
 */
import { join, type Tree } from "../../proto/mod.ts";
import type { Graph, Value } from "../../runtime/graph.ts";
import type { Net } from "../caffe/net.ts";
import type { LayerTable } from "../layers/mod.ts";
import type { NamedBytes } from "../named_file.ts";
import { transpose } from "../transpose.ts";
import { withBlobs } from "../upgrade/blob_changes.ts";
import { inputLayer } from "../upgrade/layer_tree.ts";
import { encodeNet } from "../upgrade/mod.ts";
import { readNetTree } from "../upgrade/net_tree.ts";
import type { Learnable, LearnedBlob } from "./learnable_layers.ts";
import type { StoredSums } from "./statistics.ts";

/** A constant with the learned blob of a layer. */
export interface LearnedConstant {
  readonly layer: string;
  readonly value: Value;
  /** Whether Caffe stores the matrix transposed. */
  readonly transposed: boolean;
}

/** The constants of a graph that hold the learned blobs of its layers; BatchNorm's do not. */
export function learnedConstants(graph: Graph, { blobs }: Learnable): LearnedConstant[] {
  const read = new Set(graph.nodes.flatMap(({ inputs }) => inputs));
  const byName = new Map([...graph.constants.keys()].map((value) => [value.name, value]));
  return [...blobs].flatMap(([layer, learned]) =>
    learned.flatMap((blob) => {
      const found = constantOf(layer, blob, byName);
      return found !== undefined && read.has(found.value) ? [found] : [];
    })
  );
}

/** The constant of a blob, or the constant that was derived from it. */
function constantOf(
  layer: string,
  { spec, value }: LearnedBlob,
  byName: ReadonlyMap<string, Value>,
): LearnedConstant | undefined {
  if (spec.name === "weights_transposed") {
    const matrix = byName.get(`${layer}/weights`);
    return matrix && { layer, value: matrix, transposed: true };
  }
  const reshaped = spec.name === "weights" ? byName.get(`${layer}/windows/weights`) : undefined;
  if (reshaped !== undefined) return { layer, value: reshaped, transposed: false };
  return byName.has(value.name) ? { layer, value, transposed: false } : undefined;
}

/** A network that was read for training. */
export interface Origin {
  readonly network: NamedBytes;
  readonly known: LayerTable;
  /** The network with the layers of the selected phase, level and stages. */
  readonly net: Net;
  /** The positions of these layers in the file. */
  readonly selected: ReadonlySet<number>;
  readonly learnable: Learnable;
}

/**
 * The network as a caffemodel: the selected layers with all their settings, but no rules.
 *
 * @param graph The graph with the trained weights.
 * @param sumsOf The current sums of a BatchNorm layer; `undefined` if they are unchanged.
 * @param warn Receives a warning for each field that a binary file cannot hold.
 */
export function writeOrigin(
  { network, known, net, selected, learnable }: Origin,
  graph: Graph,
  sumsOf: (layer: string) => StoredSums | undefined,
  warn: (message: string) => void,
): Uint8Array<ArrayBuffer> {
  const byName = new Map([...graph.constants.keys()].map((value) => [value.name, value]));
  const blobsOf = (layer: string) =>
    learnable.blobs.get(layer)?.map((blob, i) => {
      const { spec: { shape } } = blob;
      const sums = sumsOf(layer);
      if (sums !== undefined) {
        return { shape, data: [sums.mean, sums.variance, Float32Array.of(sums.factor)][i]! };
      }
      const found = constantOf(layer, blob, byName);
      const data = found && graph.constants.get(found.value);
      if (data === undefined) return { shape, data: blob.data };
      return { shape, data: found!.transposed ? transpose(data, shape.toReversed()) : data };
    });
  // Labels are no inputs of the graph, which lacks the losses that read them.
  const shapes = new Map(graph.inputs.map(({ name, shape }) => [name, shape]));
  const { head, layers } = readNetTree(network, "binary", known, warn);
  const parts = encodeNet(
    {
      head: { ...head, tree: without(head.tree, ["input", "input_dim", "input_shape"]) },
      inputs: net.inputs.map(({ name, shape }) => {
        const dim = shapes.get(name) ?? shape;
        return inputLayer(name, dim && { dim });
      }),
      layers: layers.filter((_, i) => selected.has(i)).map(({ tree, where }) => {
        const name = tree.entries.find(({ name }) => name === "name")?.value ?? "";
        const ruled = without(tree, ["include", "exclude"]);
        return { tree: withBlobs(ruled, blobsOf(name as string)), where };
      }),
    },
    "binary",
    warn,
  );
  return join([...parts]) as Uint8Array<ArrayBuffer>;
}

/** A message without some of its fields. */
function without(tree: Tree, fields: readonly string[]): Tree {
  return { ...tree, entries: tree.entries.filter(({ name }) => !fields.includes(name)) };
}
