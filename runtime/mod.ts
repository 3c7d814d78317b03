/**
 * Runs converted networks, on the GPU with WebGPU compute kernels or on the CPU with WebAssembly. Copy
 * this folder, or the one file built from it, and deploy: it needs nothing else.
 *
 * @example
 * ```ts ignore
 * import { Network, preprocess } from "./runtime/mod.ts";
 *
 * const network = await Network.load(new URL("model.npz", import.meta.url));
 * const { prob } = await network.run({ data: new Float32Array(3 * 227 * 227) });
 * ```
 *
 * @module
 */
export { type Bundle, readBundle } from "./bundle/bundle.ts";
export type { Engine, Program, Timing } from "./engine.ts";
export type { Arguments, Chain, Parameters } from "./fluent.ts";
export { type Graph, namedValues, type Node, type State, type Value } from "./graph.ts";
export type { Input } from "./inputs.ts";
export type { LoadOptions, Progress } from "./load_options.ts";
export { Network, type RunOptions } from "./network.ts";
export {
  type Attribute,
  boolean,
  integer,
  integers,
  type Kind,
  number,
  numbers,
  oneOf,
  type Pair,
  pair,
  type Schema,
  size,
  sizes,
  sizes3d,
  triple,
} from "./ops/attribute.ts";
export type { ChooseKernel } from "./ops/traits.ts";
export type { Attributes, OpName, Options } from "./ops/mod.ts";
export { type CustomOp, defineOp, type Op } from "./ops/op.ts";
export { f32, type Float, type Packing, type Shader, spread } from "./ops/shader.ts";
export type { Taps } from "./ops/taps.ts";
export { type Image, type Picture, preprocess, type Preprocessing } from "./preprocess.ts";
export type { Source } from "./bundle/source.ts";
export { axisOf, count, type Output, type Shape, showShape, type Tensor } from "./tensor.ts";
export { largest, type Ranked } from "./largest.ts";
export type { Walk } from "./walk.ts";
