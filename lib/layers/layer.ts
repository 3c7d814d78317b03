/**
 * What the converter knows about one type of Caffe layer.
 *
 * @module
 */
import type { GraphBuilder, Value } from "../../runtime/graph.ts";
import { type OptionsOf, resolve, type Schema } from "../../runtime/ops/attribute.ts";
import { type Attributes, definitionOf, type OpName, type Options } from "../../runtime/ops/mod.ts";
import type { CustomOp } from "../../runtime/ops/op.ts";
import type { Shape } from "../../runtime/tensor.ts";
import type { NetLayer, ParamField } from "../caffe/net.ts";

/** A type of layer. */
export interface Layer<Param = unknown> {
  /** Its name in a prototxt: `type: "Pooling"`. */
  readonly type: string;
  /** The runtime's ops that it may become; none, where it leaves nothing to compute. */
  readonly ops?: readonly OpName[];
  /** Where its settings are found, if it has any. */
  readonly param?: ParamField<Param>;
  /** How many bottoms it takes: one, if it does not say. */
  readonly bottoms?: CountRange;
  /** How many tops it has: one, if it does not say. `"bottoms"` means one a bottom. */
  readonly tops?: CountRange | "bottoms";
  /**
   * How many of its bottoms matter outside training: all, if it does not say. The rest are labels,
   * which may be missing.
   */
  readonly uses?: number | ((layer: NetLayer) => number | undefined);
  /** How many of its tops are there outside training: all, if it does not say. The rest are labels. */
  gives?(layer: NetLayer): number | undefined;
  /**
   * Whether it measures or writes a file. Unless it leaves something behind, it is left out, and what
   * it uses stays an output.
   */
  readonly measures?: boolean;
  /** Whether it measures how far its bottoms are from each other, so that any may be the label. */
  readonly isSymmetric?: boolean;
  /** Why a layer of the type is left out, where it is: what it reads stays an output. */
  leftOut?(layer: NetLayer): string | undefined;
  /**
   * What type the layer has in truth, where this one stands for many and it is none of those that
   * this one knows.
   */
  unknown?(layer: NetLayer): string | undefined;
  /** The learned blobs it has, in the order Caffe stores them. */
  blobs?(layer: LayerShape<Param>): readonly BlobSpec[];
  /**
   * The shapes of its tops, for a layer that brings data into the network and computes nothing:
   * each top is an input. `undefined` stands for a shape that the file does not tell, and `NaN` for
   * channels that it does not.
   *
   * @throws {TypeError} with the reason, if the file contradicts itself.
   */
  inputs?(layer: LayerShape<Param>): readonly (Shape | undefined)[];
  /**
   * Writes the layer in terms of ops, and returns its tops. Every layer can be lowered but those
   * whose tops are inputs, and those that only measure.
   *
   * @throws {TypeError} with the reason, if the layer cannot be expressed.
   */
  lower?(layer: LayerInstance<Param>): readonly Value[];
  /** Whether its tops share memory with its bottom, so that a later in-place layer changes both. */
  sharesMemory?(layer: LayerShape<Param>): boolean;
}

/** The least and the greatest number allowed. */
export type CountRange = readonly [least: number, greatest: number];

/** A layer whose bottoms are known, but whose blobs are not. */
export interface LayerShape<Param> {
  /** The layer as the file describes it. */
  readonly layer: NetLayer;
  /** Its settings. */
  readonly param: Param;
  /** The shapes of the bottoms. */
  readonly shapes: readonly Shape[];
}

/** A learned blob that a layer has. */
export interface BlobSpec {
  /** What it is called in a bundle: `"weights"`, `"biases"` … */
  readonly name: string;
  /** The shape it must have. */
  readonly shape: Shape;
  /** What it holds before training; zeros, if nothing is said. */
  readonly filler?: Filler | undefined;
  /** Whether no op reads it: then a file may hold one of any shape. */
  readonly ignored?: boolean;
  /** What decides the shape, for the message when a file disagrees: `num_output 64`. */
  readonly because?: string;
}

/** The values of a blob before training. */
export interface Filler {
  /** How they are chosen: `"constant"`, or a random way as Caffe calls it. */
  readonly type: string;
  /** The value, where all are the same. */
  readonly value: number;
  /** The values on the diagonal of a matrix, where the others are 0. */
  readonly diagonal?: readonly number[];
  /** What FlowNet's filler "diagonal" multiplies each channel by. */
  readonly diag_val?: ArrayLike<number>;
}

/** One layer of a network, ready to be lowered. */
export interface LayerInstance<Param> extends LayerShape<Param> {
  /** Its name, which its first top's value gets. */
  readonly name: string;
  /** What it reads. */
  readonly bottoms: readonly Value[];
  /** The learned blobs, in the order Caffe stores them. */
  readonly blobs: readonly Value[];
  /** Where {@linkcode apply} adds its nodes. */
  readonly graph: GraphBuilder;
  /** What the caller wants to be meant where files leave it open. */
  readonly settings: LayerSettings;
  /** Tells the user what may be a mistake; the message goes on after "layer x: ". */
  warn(message: string): void;
}

/** What is meant where files leave it open. */
export interface LayerSettings {
  /**
   * Whether a Crop without settings aligns its bottoms, as in the forks of FCN, HED and U-Net, in
   * place of starting at 0. In files of the format V1 it does anyhow: there only those have it.
   */
  readonly alignCrops?: boolean | undefined;
}

/**
 * Declares a type of layer.
 *
 * @example
 * ```ts
 * import { apply, convert, defineLayer, float, message } from "../../mod.ts";
 *
 * const leaky = defineLayer({
 *   type: "Leaky",
 *   param: {
 *     name: "leaky_param",
 *     number: 0, // known in text files only
 *     message: message("LeakyParameter", { slope: float(1, 0.1) }),
 *   },
 *   lower: ({ graph, name, bottoms, param: { slope } }) => [
 *     apply(graph, "relu", name, bottoms, { slope }),
 *   ],
 * });
 *
 * const text = `input: "x" input_shape { dim: 1 dim: 3 }
 *   layer { name: "y" type: "Leaky" bottom: "x" top: "y" leaky_param { slope: 0.5 } }`;
 * const network = { bytes: new TextEncoder().encode(text), name: "net.prototxt" };
 * const model = convert(network, { layers: [leaky] });
 * ```
 */
export function defineLayer<Param>(layer: Layer<Param>): Layer {
  return layer as unknown as Layer;
}

/**
 * Adds a node whose settings are `options`, and the defaults of the op where they say nothing.
 *
 * @throws {TypeError} if the op cannot be applied so.
 */
export function apply<Name extends OpName>(
  graph: GraphBuilder,
  op: Name,
  name: string,
  inputs: readonly Value[],
  options: Options[Name],
): Value;
/** Adds a node of an op that is not the runtime's own. */
export function apply<S extends Schema>(
  graph: GraphBuilder,
  op: CustomOp<S>,
  name: string,
  inputs: readonly Value[],
  options: OptionsOf<S>,
): Value;
export function apply(
  graph: GraphBuilder,
  op: OpName | CustomOp,
  name: string,
  inputs: readonly Value[],
  options: Readonly<Record<string, unknown>>,
): Value {
  const attributes = resolve(definitionOf(op).schema, options);
  return graph.apply(op as OpName, name, inputs, attributes as Attributes[OpName]);
}

/** How many bottoms of a layer, the first ones, matter outside training. */
export function usesOf({ uses }: Layer, layer: NetLayer): number {
  return (typeof uses === "function" ? uses(layer) : uses) ?? Infinity;
}

/** What a top's value is called: the first has the layer's own name. */
export function topName({ name, layer }: LayerInstance<unknown>, index: number): string {
  return index === 0 ? name : `${name}/${layer.tops[index]}`;
}

/**
 * Refuses a layer that has too few or too many bottoms or tops.
 *
 * @throws {TypeError} with the numbers.
 */
export function checkCounts(
  { bottoms = [1, 1], tops = [1, 1] }: Pick<Layer, "bottoms" | "tops">,
  layer: NetLayer,
): void {
  const taken = layer.bottoms.length;
  checkCount("bottom", taken, bottoms);
  checkCount("top", layer.tops.length, tops === "bottoms" ? [taken, taken] : tops);
}

function checkCount(what: string, actual: number, [least, greatest]: CountRange): void {
  if (actual >= least && actual <= greatest) return;
  const allowed = least === greatest
    ? `exactly ${least}`
    : actual < least
    ? `at least ${least}`
    : `at most ${greatest}`;
  throw new TypeError(
    `it has ${actual} ${actual === 1 ? what : `${what}s`}, but it needs ${allowed}`,
  );
}
