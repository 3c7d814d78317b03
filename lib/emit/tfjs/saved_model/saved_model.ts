/**
 * Writes a model as a SavedModel of TensorFlow: one graph with the signature `serving_default`, whose
 * learned weights are variables.
 *
 * @see https://www.tensorflow.org/guide/saved_model
 * @module
 */
import { encode } from "../../../../proto/encode_tree.ts";
import { expectWeights, wholeModel, type WrittenModel } from "../../../model.ts";
import { exportedOutputs } from "../../exported_outputs.ts";
import { metadataOf } from "../../metadata.ts";
import { compile } from "../compile.ts";
import { bytesOf } from "../encode_weight.ts";
import { inputName, type ModelFileParts } from "../graph_model.ts";
import type { TfAttribute, TfGraph, TfNode, TfValue } from "../node.ts";
import { writeCheckpoint } from "./checkpoint.ts";
import {
  type AttributeMessage,
  type NodeMessage,
  nodeMessage,
  SavedModel,
  shapeMessage,
  typeNumbers,
} from "./schema.ts";
import { signatureKeys } from "./signature_keys.ts";
import { type Variables, variablesOf } from "./variables.ts";

/** No protobuf message can be larger. */
const largestMessage = 2 ** 31 - 1;
/** An upper bound of a node's size without the numbers of a constant. */
const nodeSize = 2048;

/**
 * The files of a SavedModel, as `tf.saved_model.load` loads it: `saved_model.pb`, the weights in
 * `variables/`, and `assets.extra/kaffe.json` with the preprocessing, the labels, and the network's
 * own names of the inputs.
 *
 * Inputs and outputs with four axes are images `[N, H, W, C]`. The weights are `variables` of the
 * loaded model, and can be trained; statistics of batch normalization are variables that cannot.
 *
 * @throws {TypeError} that lists all nodes without an equivalent in TensorFlow, if the model has
 * layers without weights, or if constants that were not learned exceed 2 GB.
 *
 * @example
 * ```ts ignore
 * for (const { name, chunks } of writeSavedModel(model)) {
 *   const path = join("squeezenet_saved", name);
 *   await Deno.mkdir(dirname(path), { recursive: true });
 *   await Deno.writeFile(path, ReadableStream.from(chunks));
 * }
 * ```
 */
export function writeSavedModel(written: WrittenModel): readonly ModelFileParts[] {
  const model = wholeModel(written);
  expectWeights(model, "SavedModel");
  const graph = compile(model.graph, exportedOutputs(model.graph));
  const variables = variablesOf(graph);
  const size = graph.constants.entries()
    .filter(([node]) => !variables.readers.has(node))
    .reduce((sum, [, { data }]) => sum + data!.byteLength, 0);
  if (size + nodeSize * graph.nodes.length > largestMessage) {
    throw new TypeError(
      `Cannot write the SavedModel: its constants take ${(size / 1e9).toFixed(2)} GB, but a ` +
        "protobuf message holds less than 2.15 GB; write a graph model instead",
    );
  }
  const keys = signatureKeys(graph.inputs.keys());
  const metadata = new TextEncoder().encode(JSON.stringify(metadataOf(model, "NHWC", keys)));
  return [
    { name: "assets.extra/kaffe.json", chunks: [metadata] },
    ...writeCheckpoint("variables/variables", variables.values),
    { name: "saved_model.pb", chunks: [encodeGraph(graph, variables, keys)] },
  ];
}

function encodeGraph(
  graph: TfGraph,
  { nodes, readers, saver_def, collection_def }: Variables,
  keys: ReadonlyMap<string, string>,
): Uint8Array<ArrayBuffer> {
  const inputs = new Map([...graph.inputs].map(([name, value]) => [keys.get(name)!, value]));
  const others = graph.nodes.filter((node) => !readers.has(node));
  return encode(SavedModel, {
    saved_model_schema_version: 1,
    meta_graphs: [{
      meta_info_def: { tags: ["serve"], tensorflow_version: "2.0.0" },
      graph_def: {
        node: [...nodes, ...others.map((node) => messageOf(node, graph, readers))],
        versions: { producer: 1395, min_consumer: 12 },
      },
      saver_def,
      collection_def,
      signature_def: [{
        key: "serving_default",
        value: {
          inputs: infos(inputs),
          outputs: infos(graph.outputs),
          method_name: "tensorflow/serving/predict",
        },
      }],
    }],
  });
}

function messageOf(
  node: TfNode,
  { constants }: TfGraph,
  readers: Variables["readers"],
): NodeMessage {
  const { name, op, inputs, attributes } = node;
  const messages = Object.entries(attributes).map(([key, value]) =>
    [key, attribute(value)] as const
  );
  const value = constants.get(node);
  const tensor = value && {
    dtype: typeNumbers[value.type],
    tensor_shape: shapeMessage(value.shape),
    tensor_content: bytesOf(value.data!),
  };
  return nodeMessage(
    name,
    op,
    inputs.map((input) => readers.get(input.node) ?? inputName(input)),
    { ...Object.fromEntries(messages), ...(tensor && { value: { tensor } }) },
  );
}

function attribute(value: TfAttribute): AttributeMessage {
  if ("type" in value) return { type: typeNumbers[value.type] };
  if ("ints" in value) return { list: { i: value.ints } };
  if ("shape" in value) return { shape: shapeMessage(value.shape) };
  return value;
}

function infos(values: ReadonlyMap<string, TfValue>) {
  return [...values].map(([key, { node, index, shape, type }]) => ({
    key,
    value: {
      name: `${node.name}:${index}`,
      dtype: typeNumbers[type],
      tensor_shape: shapeMessage(shape),
    },
  }));
}
