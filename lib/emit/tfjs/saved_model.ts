/**
 * Writes a model as a SavedModel of TensorFlow: one graph whose weights are constants, with the
 * signature `serving_default`.
 *
 * @see https://www.tensorflow.org/guide/saved_model
 * @module
 */
import { encode } from "../../../proto/mod.ts";
import type { Shape } from "../../../runtime/tensor.ts";
import { expectWeights, wholeModel, type WrittenModel } from "../../model.ts";
import { inputName, type ModelFileParts } from "./graph_model.ts";
import { metadataOf } from "../metadata.ts";
import { compileModel } from "./compile_model.ts";
import type { TfAttribute, TfGraph, TfNode, TfType, TfValue } from "./node.ts";
import { signatureKeys } from "./signature_keys.ts";
import { SavedModel } from "./saved_model_schema.ts";

/** The numbers of the types. */
const types: Readonly<Record<TfType, number>> = { float: 1, int: 3, bool: 10 };

/** No message of protobuf can be larger. */
const most = 2 ** 31 - 1;
/** What stands beside the numbers takes less than this a node. */
const nodeSize = 2048;

/**
 * The files of a SavedModel, as `tf.saved_model.load` loads it: `saved_model.pb`, and `assets.extra/kaffe.json`, which tells the
 * preprocessing, the labels, and what the network itself calls the inputs.
 *
 * Inputs and outputs of four axes are images `[N, H, W, C]`.
 *
 * @throws {TypeError} that lists all nodes that TensorFlow's ops cannot express, if the model has
 * layers whose weights nobody gave, or if it needs more than 2 GB.
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
  const graph = compileModel(model);
  const weights = graph.constants.values().reduce((sum, { data }) => sum + data!.byteLength, 0);
  if (weights + nodeSize * graph.nodes.length > most) {
    throw new TypeError(
      `Cannot write the SavedModel: its weights take ${(weights / 1e9).toFixed(2)} GB, but a ` +
        "message of protobuf holds less than 2.15 GB; write a graph model instead",
    );
  }
  const keys = signatureKeys(graph.inputs.keys());
  const metadata = new TextEncoder().encode(JSON.stringify(metadataOf(model, "NHWC", keys)));
  return [
    { name: "assets.extra/kaffe.json", chunks: [metadata] },
    { name: "saved_model.pb", chunks: once(() => encodeGraph(graph, keys)) },
  ];
}

/** Bytes that are made when they are needed. */
function* once(make: () => Uint8Array<ArrayBuffer>): Generator<Uint8Array<ArrayBuffer>> {
  yield make();
}

function encodeGraph(graph: TfGraph, keys: ReadonlyMap<string, string>): Uint8Array<ArrayBuffer> {
  const inputs = new Map([...graph.inputs].map(([name, value]) => [keys.get(name)!, value]));
  return encode(SavedModel, {
    saved_model_schema_version: 1,
    meta_graphs: [{
      meta_info_def: { tags: ["serve"], tensorflow_version: "2.0.0" },
      graph_def: {
        node: graph.nodes.map((node) => nodeDef(node, graph)),
        versions: { producer: 1395, min_consumer: 12 },
      },
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

function nodeDef(node: TfNode, graph: TfGraph) {
  const { name, op, inputs, attributes } = node;
  const attr = Object.entries(attributes).map(([key, value]) => ({ key, value: attrValue(value) }));
  const value = graph.constants.get(node);
  const tensor = value === undefined ? [] : [{
    key: "value",
    value: {
      tensor: {
        dtype: types[value.type],
        tensor_shape: shapeMessage(value.shape),
        tensor_content: new Uint8Array(
          value.data!.buffer as ArrayBuffer,
          value.data!.byteOffset,
          value.data!.byteLength,
        ),
      },
    },
  }];
  return { name, op, input: inputs.map(inputName), attr: [...attr, ...tensor] };
}

function attrValue(value: TfAttribute) {
  if ("type" in value) return { type: types[value.type] };
  if ("ints" in value) return { list: { i: value.ints } };
  if ("shape" in value) return { shape: shapeMessage(value.shape) };
  return value;
}

function infos(values: ReadonlyMap<string, TfValue>) {
  return [...values].map(([key, { node, index, shape, type }]) => ({
    key,
    value: {
      name: `${node.name}:${index}`,
      dtype: types[type],
      tensor_shape: shapeMessage(shape),
    },
  }));
}

function shapeMessage(shape: Shape) {
  return { dim: shape.map((size) => ({ size })) };
}
