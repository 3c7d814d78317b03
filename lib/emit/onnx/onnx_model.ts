/**
 * Writes a model as ONNX.
 *
 * @see https://onnx.ai
 * @module
 */
import { deferredBytes } from "../../../proto/deferred.ts";
import { lengthPrefix } from "../../../proto/encode.ts";
import { encode } from "../../../proto/encode_tree.ts";
import { expectNames, expectWord } from "../../expect_options.ts";
import { expectWeights, wholeModel, type WrittenModel } from "../../model.ts";
import type { WeightsType } from "../bundle.ts";
import { exportedOutputs } from "../exported_outputs.ts";
import { metadataOf } from "../metadata.ts";
import { ownBytes } from "../own_bytes.ts";
import { compile } from "./compile.ts";
import {
  type NamedNode,
  type OnnxAttribute,
  type OnnxGraph,
  type OnnxValue,
  typeNumbers,
} from "./node.ts";
import * as schema from "./schema.ts";

/** Options of `writeOnnx`. */
export interface OnnxOptions {
  /**
   * The storage format of the weights of convolutions and dense layers: exact by default, or rounded
   * to half or a quarter of the size, the latter with one scale per output. The model converts them
   * to float32, which runtimes do once, when they load it.
   */
  readonly weights?: WeightsType;
}

/** The version of the operators. */
const opset = 18;
/** The version of the format, as old as those operators. */
const irVersion = 8;
/** The maximum size of a protobuf message. */
const maxSize = 2 ** 31 - 1;
/** The number of bytes of deferred weights that are read at a time. */
const pieceSize = 1 << 22;

/** Bytes in parts, some of which are produced during writing. */
type Parts = readonly (Uint8Array | { readonly length: number; pieces(): Iterable<Uint8Array> })[];

/**
 * The bytes of an ONNX model, piece by piece. Values are `[N, C, H, W]` and have the names of the
 * blobs. The metadata property `kaffe` holds the preprocessing and the labels as JSON. A recurrent
 * state is an additional input, zeros at first, and an additional output.
 *
 * @throws {TypeError} that lists all nodes that ONNX's ops cannot express, if an option is invalid,
 * if the model has layers without weights, or if it exceeds 2 GiB.
 * @throws {RangeError} during writing, if int8 is requested, and a weight is infinite or NaN.
 *
 * @example
 * ```ts
 * import { convert, writeOnnx } from "../../../mod.ts";
 *
 * const text = `input: "data" input_shape { dim: 1 dim: 2 }
 *   layer { name: "relu" type: "ReLU" bottom: "data" top: "relu" }`;
 * const model = convert({ bytes: new TextEncoder().encode(text), name: "deploy.prototxt" });
 * const file = new Blob([...writeOnnx(model)]);
 * ```
 */
export function writeOnnx(
  written: WrittenModel,
  options: OnnxOptions = {},
): Generator<Uint8Array<ArrayBuffer>> {
  const model = wholeModel(written), doing = "write the ONNX model";
  expectNames(doing, options, { weights: true });
  const { weights = "float32" } = options;
  expectWord(doing, "weights", weights, ["float32", "float16", "int8"]);
  expectWeights(model, "ONNX model");
  const graph = compile(model.graph, exportedOutputs(model.graph), weights);
  const body = graphParts(graph, model.graph.name);
  const size = lengthOf(body);
  const head = encode(schema.ModelProto, {
    ir_version: irVersion,
    producer_name: "kaffe",
    opset_import: [{ domain: "", version: opset }],
    metadata_props: [{ key: "kaffe", value: JSON.stringify(metadataOf(model, "NCHW")) }],
  });
  if (head.length + size > maxSize) {
    throw new TypeError(
      `Cannot write the ONNX model: it takes ${(size / 1e9).toFixed(2)} GB, but a protobuf ` +
        "message must be smaller than 2.15 GB",
    );
  }
  return piecesOf([head, ...field(schema.graph, body)]);
}

function* piecesOf(parts: Parts): Generator<Uint8Array<ArrayBuffer>> {
  for (const part of parts) {
    if (part instanceof Uint8Array) yield ownBytes(part);
    else for (const piece of part.pieces()) yield ownBytes(piece);
  }
}

function lengthOf(parts: Parts): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

/** A length-delimited field. */
function field(number: number, parts: Parts): Parts {
  return [lengthPrefix(number, lengthOf(parts)), ...parts];
}

function graphParts({ nodes, constants, inputs, outputs }: OnnxGraph, name: string): Parts {
  const head = encode(schema.GraphProto, {
    node: nodes.map(nodeMessage),
    // A graph must have a name.
    name: name || "network",
    input: inputs.map((input) => {
      return valueMessage(input, inputs.length > 1 ? `N of ${input.name}` : "N");
    }),
    output: outputs.map((output) => valueMessage(output)),
  });
  return [head, ...constants.flatMap((value) => field(schema.initializer, tensorParts(value)))];
}

function tensorParts({ name, shape, type, data }: OnnxValue): Parts {
  const head = encode(schema.Tensor, { dims: shape, data_type: typeNumbers[type], name });
  return [head, ...field(schema.rawData, [elementsOf(data!)])];
}

/** The bytes of elements; deferred ones are produced piece by piece. */
function elementsOf(data: NonNullable<OnnxValue["data"]>): Parts[number] {
  const source = data instanceof Float32Array ? deferredBytes(data) ?? data : data;
  if (ArrayBuffer.isView(source)) {
    return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  }
  return {
    length: source.length,
    *pieces() {
      for (let start = 0; start < source.length; start += pieceSize) {
        const piece = new Uint8Array(Math.min(pieceSize, source.length - start));
        source.read(start, piece);
        yield piece;
      }
    },
  };
}

function nodeMessage({ op, inputs, outputs, attributes }: NamedNode) {
  return {
    input: inputs,
    output: outputs,
    name: outputs[0]!,
    op_type: op,
    attribute: Object.entries(attributes).map(([name, value]) => attributeMessage(name, value)),
  };
}

/** The numbers are those of `AttributeProto.AttributeType`. */
function attributeMessage(name: string, value: OnnxAttribute) {
  if ("f" in value) return { name, ...value, type: 1 };
  if ("i" in value) return { name, ...value, type: 2 };
  if ("s" in value) return { name, s: new TextEncoder().encode(value.s), type: 3 };
  return { name, ...value, type: 7 };
}

/**
 * The type and shape of an input or an output.
 *
 * @param batch The name of the first extent if it is dynamic.
 */
function valueMessage({ name, shape, type }: OnnxValue, batch?: string) {
  const dim = shape.map((extent, axis) => {
    if (extent !== -1) return { dim_value: extent };
    return axis === 0 ? { dim_param: batch } : {};
  });
  return { name, type: { tensor_type: { elem_type: typeNumbers[type], shape: { dim } } } };
}
