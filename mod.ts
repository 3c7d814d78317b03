/**
 * Converts Caffe models, without Caffe: to a bundle and a TypeScript class that the runtime runs, on
 * the GPU with WebGPU or on the CPU with WebAssembly.
 *
 * @example
 * ```ts
 * import { convert, writeBundle, writeSource } from "./mod.ts";
 *
 * const prototxt = `
 *   input: "data" input_shape { dim: 1 dim: 3 dim: 4 dim: 4 }
 *   layer { name: "relu" type: "ReLU" bottom: "data" top: "relu" }
 *   layer { name: "prob" type: "Softmax" bottom: "relu" top: "prob" }`;
 * const network = { bytes: new TextEncoder().encode(prototxt), name: "deploy.prototxt" };
 *
 * const model = convert(network);
 * const bundle = new Blob([...writeBundle(model)]);
 * const source = writeSource(model, { className: "Tiny", runtime: "./runtime/mod.ts" });
 * ```
 *
 * @module
 */
export { autotune, chooseFrom, type KernelChoices } from "./lib/autotune.ts";
export { convert } from "./lib/convert.ts";
export type { ConvertOptions } from "./lib/convert_options.ts";
export type { NamedBytes, NamedFile } from "./lib/named_file.ts";
export { type BundleOptions, type WeightsType, writeBundle } from "./lib/emit/bundle.ts";
export {
  type GraphModelOptions,
  type ModelFileParts,
  writeGraphModel,
} from "./lib/emit/tfjs/graph_model.ts";
export type { GraphModelWeights } from "./lib/emit/tfjs/encode_weight.ts";
export { writeSavedModel } from "./lib/emit/tfjs/saved_model/saved_model.ts";
export type { Rewrite } from "./lib/emit/npz.ts";
export type { Compressor } from "./lib/emit/deflate/huffman.ts";
export type { RoundingError } from "./lib/emit/rounding/rounding_error.ts";
export type { Injection } from "./lib/lowering/injections.ts";
export type { Model, WrittenModel } from "./lib/model.ts";
export { oversample } from "./lib/oversample.ts";
export type { PreprocessingOptions } from "./lib/preprocessing.ts";
export type { SummaryRow } from "./lib/summary.ts";
export type { TransformName } from "./lib/transforms/mod.ts";
export { readWeights } from "./lib/caffe/learned_blobs.ts";
export { readMean } from "./lib/caffe/read.ts";
export type {
  LayerBlob,
  NetLayer,
  NetStateRule,
  ParamField,
  ParamNames,
  ParamSpec,
  TransformationParameter,
} from "./lib/caffe/net.ts";
export type { Graph, GraphBuilder, Node, State, Value } from "./runtime/graph.ts";
export type { AttributesOf, OptionsOf, Pair, Schema } from "./runtime/ops/attribute.ts";
export type { Attributes, OpName, Options } from "./runtime/ops/mod.ts";
export type { CustomOp, Op } from "./runtime/ops/op.ts";
export type { Image, Preprocessing } from "./runtime/preprocess.ts";
export type { Shape, Tensor } from "./runtime/tensor.ts";
export {
  apply,
  type BlobSpec,
  type CountRange,
  defineLayer,
  type Filler,
  type Layer,
  type LayerInstance,
  type LayerSettings,
  type LayerShape,
  topName,
} from "./lib/layers/layer.ts";
export type { PartialFile } from "./proto/deferred.ts";
export type { Writable } from "./proto/encode_tree.ts";
export {
  bool,
  bytes,
  double,
  enumeration,
  type EnumType,
  type Field,
  float,
  floats,
  int32,
  int64,
  message,
  type MessageOf,
  type MessageType,
  nested,
  optionalEnumeration,
  type Renumbering,
  repeated,
  type Scalar,
  type ScalarField,
  string,
  uint32,
  type UnreadField,
} from "./proto/message.ts";
export { readSettings, type Setting, type Settings } from "./lib/layers/python/python_layer.ts";
export {
  layerParam,
  writeCaffemodel,
  writeMean,
  type WrittenLayer,
  type WrittenNet,
  type WrittenParam,
} from "./lib/caffe/write.ts";
export { type OnnxOptions, writeOnnx } from "./lib/emit/onnx/onnx_model.ts";
export { type SourceOptions, writeSource } from "./lib/emit/source.ts";
export { upgrade, type UpgradeOptions } from "./lib/upgrade/mod.ts";
