/**
 * Writes a model as TensorFlow.js's graph model: `model.json`, and its weights in files of at most
 * 4 MB.
 *
 * @see https://github.com/tensorflow/tfjs/tree/master/tfjs-converter
 * @module
 */
import { deferredBytes } from "../../../proto/deferred.ts";
import type { Shape } from "../../../runtime/tensor.ts";
import { expectNames, expectWord } from "../../expect_options.ts";
import { expectWeights, wholeModel, type WrittenModel } from "../../model.ts";
import { exportedOutputs } from "../exported_outputs.ts";
import { metadataOf } from "../metadata.ts";
import { compile } from "./compile.ts";
import { encodeWeight, type GraphModelWeights } from "./encode_weight.ts";
import type { TfAttribute, TfGraph, TfNode, TfType, TfValue } from "./node.ts";

/** Options of `writeGraphModel`. */
export interface GraphModelOptions {
  /** The storage format of learned weights; `"float32"` by default, which is exact. */
  readonly weights?: GraphModelWeights;
}

/** A file of a folder that TensorFlow or TensorFlow.js reads. */
export interface ModelFileParts {
  /** Its path in the folder. */
  readonly name: string;
  /** Its bytes in chunks, which are produced each time that they are requested. */
  readonly chunks: Iterable<Uint8Array<ArrayBuffer>>;
}

/** TensorFlow.js loads shards in parallel, and browsers cache those of this size. */
const shardSize = 4 * 1024 * 1024;

/**
 * The files of a graph model, as `tf.loadGraphModel` loads it: `model.json` is the last one.
 *
 * Inputs and outputs of four axes are images `[N, H, W, C]`.
 *
 * @throws {TypeError} that lists all nodes that TensorFlow's ops cannot express, if an option is
 * invalid, or if the model has layers without weights.
 * @throws {RangeError} if uint8 is requested, and a weight is infinite or NaN.
 *
 * @example
 * ```ts
 * import { convert, writeGraphModel } from "../../../mod.ts";
 *
 * const text = `input: "data" input_shape { dim: 1 dim: 2 }
 *   layer { name: "relu" type: "ReLU" bottom: "data" top: "relu" }`;
 * const model = convert({ bytes: new TextEncoder().encode(text), name: "deploy.prototxt" });
 * for (const { name, chunks } of writeGraphModel(model, { weights: "float16" })) {
 *   const file = new File([...chunks], name); // to be served, or stored
 * }
 * ```
 */
export function writeGraphModel(
  written: WrittenModel,
  options: GraphModelOptions = {},
): readonly ModelFileParts[] {
  const model = wholeModel(written), doing = "write the graph model";
  expectNames(doing, options, { weights: true });
  const { weights = "float32" } = options;
  expectWord(doing, "weights", weights, ["float32", "float16", "uint8"]);
  expectWeights(model, "graph model");
  const graph = compile(model.graph, exportedOutputs(model.graph));
  const encoded = [...graph.constants.values()].map((value) => encodeWeight(value, weights));
  const size = encoded.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const count = Math.ceil(size / shardSize);
  const paths = Array.from({ length: count }, (_, i) => `group1-shard${i + 1}of${count}.bin`);
  const shards = paths.map((name, i) => ({
    name,
    chunks: bytesBetween(encoded.map(({ bytes }) => bytes), i * shardSize, (i + 1) * shardSize),
  }));
  const json = {
    format: "graph-model",
    generatedBy: "kaffe",
    convertedBy: "kaffe",
    signature: signatureOf(graph),
    modelTopology: {
      node: graph.nodes.map((node) => nodeJson(node, graph)),
      library: {},
      versions: { producer: 1395, minConsumer: 12 },
    },
    weightsManifest: [{ paths, weights: encoded.map(({ spec }) => spec) }],
    userDefinedMetadata: metadataOf(model, "NHWC"),
  };
  const text = new TextEncoder().encode(JSON.stringify(json));
  return [...shards, { name: "model.json", chunks: [text] }];
}

/** A range of the concatenation of all parts. Only deferred parts are copied, when it is their turn. */
function bytesBetween(
  parts: readonly Uint8Array<ArrayBuffer>[],
  start: number,
  end: number,
): Iterable<Uint8Array<ArrayBuffer>> {
  return {
    *[Symbol.iterator]() {
      let at = 0;
      for (const part of parts) {
        const from = Math.max(start - at, 0), to = Math.min(end - at, part.length);
        at += part.length;
        if (from >= to) continue;
        const deferred = deferredBytes(part);
        if (deferred === undefined) yield part.subarray(from, to);
        else {
          const bytes = new Uint8Array(to - from);
          deferred.read(from, bytes);
          yield bytes;
        }
      }
    },
  };
}

/** TensorFlow's names of the types. */
const types: Readonly<Record<TfType, string>> = {
  float: "DT_FLOAT",
  int: "DT_INT32",
  bool: "DT_BOOL",
};

function signatureOf({ inputs, outputs }: TfGraph) {
  const infos = (values: ReadonlyMap<string, TfValue>) =>
    Object.fromEntries(
      [...values].map(([key, { node, index, shape, type }]) => {
        const name = `${node.name}:${index}`;
        // An object would list keys that are whole numbers before all others.
        return [/^\d+$/.test(key) ? name : key, {
          name,
          dtype: types[type],
          tensorShape: shapeJson(shape),
        }];
      }),
    );
  return { inputs: infos(inputs), outputs: infos(outputs) };
}

function nodeJson(node: TfNode, graph: TfGraph) {
  const { name, op, inputs, attributes } = node;
  const value = graph.constants.get(node);
  const attr = Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, attributeJson(value)]),
  );
  const tensor = value === undefined ? {} : {
    value: { tensor: { dtype: types[value.type], tensorShape: shapeJson(value.shape) } },
  };
  return { name, op, input: inputs.map(inputName), attr: { ...attr, ...tensor } };
}

/** The name of an input in a node that reads it. */
export function inputName({ node, index }: TfValue): string {
  return index === 0 ? node.name : `${node.name}:${index}`;
}

function attributeJson(value: TfAttribute): object {
  if ("type" in value) return { type: types[value.type] };
  if ("s" in value) return { s: btoa(value.s) };
  if ("i" in value) return { i: String(value.i) };
  if ("ints" in value) {
    return { list: value.ints.length === 0 ? {} : { i: value.ints.map(String) } };
  }
  if ("shape" in value) return { shape: shapeJson(value.shape) };
  return value;
}

function shapeJson(shape: Shape): object {
  return { dim: shape.map((extent) => ({ size: String(extent) })) };
}
