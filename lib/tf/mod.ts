/**
 * Networks in TensorFlow.js, for inference and training. Set a backend first.
 *
 * @example
 * ```ts ignore
 * import "@tensorflow/tfjs-backend-wasm";
 * import * as tf from "@tensorflow/tfjs-core";
 * import { TfNetwork } from "@kaffe/kaffe/tensorflow";
 *
 * await tf.setBackend("wasm");
 * const network = await TfNetwork.load("model.npz", { trainable: ["ip2"] });
 * ```
 *
 * @module
 */
export type { NamedBytes } from "../named_file.ts";
export { checkBackend } from "./backend.ts";
export { TfCaffeNetwork, type TfCaffeOptions } from "./caffe_network.ts";
export { TfEngine } from "./engine.ts";
export type { Learning } from "./learned.ts";
export { TfNetwork } from "./network.ts";
export type { ForwardOptions, TfNetworkOptions } from "./options.ts";
export { Statistics, type StoredSums } from "./statistics.ts";
export type { Random } from "./initialize.ts";
