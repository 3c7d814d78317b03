/**
 * The definition of a Caffe layer type.
 *
 * @module
 */
import type { GraphBuilder, Value } from "../../runtime/graph.ts";
import { type OptionsOf, resolve, type Schema } from "../../runtime/ops/attribute.ts";
import { type Attributes, definitionOf, type OpName, type Options } from "../../runtime/ops/mod.ts";
import type { CustomOp } from "../../runtime/ops/op.ts";
import type { Shape } from "../../runtime/tensor.ts";
import type { NetLayer, ParamField, ParamNames } from "../caffe/net.ts";

/** A type of layer. */
export interface Layer<Param = unknown> {
  /** Its name in a prototxt: `type: "Pooling"`. */
  readonly type: string;
  /** The ops that it may be lowered to; none if it leaves nothing to compute. */
  readonly ops?: readonly OpName[];
  /** The field with its settings, if it has any. */
  readonly param?: ParamField<Param>;
  /** Other fields that it reads from the file. */
  readonly otherParams?: readonly ParamNames[];
  /** The allowed number of bottoms, which may depend on the network's layers; one by default. */
  readonly bottoms?: CountRange | ((hasLayer: (type: string) => boolean) => CountRange);
  /** The allowed number of tops; one by default. `"bottoms"` means one per bottom. */
  readonly tops?: CountRange | "bottoms";
  /**
   * How many of its bottoms, from the first, are needed outside training; all by default. The rest
   * are labels, which may be missing.
   */
  readonly uses?: number | ((layer: NetLayer) => number | undefined);
  /**
   * How many of its tops, from the first, exist outside training, if not all. The rest are labels.
   */
  gives?(layer: NetLayer): number | undefined;
  /**
   * Whether it is a loss or metric, or writes a file. If `lower` is missing it is left out, and the
   * bottoms that it needs stay outputs.
   */
  readonly measures?: boolean;
  /** Whether it is a symmetric loss, so that any of its bottoms may be the label. */
  readonly isSymmetric?: boolean;
  /** The reason why a layer of this type is left out, if it is; its bottoms stay outputs. */
  leftOut?(layer: NetLayer): string | undefined;
  /**
   * The actual type of a layer, if this type stands for many, as Python does, and lacks that one.
   */
  unknown?(layer: NetLayer): string | undefined;
  /** Its learned blobs, in the order in which Caffe stores them. */
  blobs?(layer: LayerShape<Param>): readonly BlobSpec[];
  /**
   * For layers that provide data: the shapes of their tops, which become inputs. `undefined` stands
   * for a shape that the file does not give, and `NaN` for unknown channels.
   *
   * @throws {TypeError} with the reason, if the file contradicts itself.
   */
  inputs?(layer: LayerShape<Param>): readonly (Shape | undefined)[];
  /**
   * Lowers the layer to ops, and returns its tops. Only data layers, losses and metrics may lack
   * it.
   *
   * @throws {TypeError} with the reason, if the layer cannot be lowered.
   */
  lower?(layer: LayerInstance<Param>): readonly Value[];
  /** Whether its tops share memory with its bottom, so that a later in-place layer changes both. */
  sharesMemory?(layer: LayerShape<Param>): boolean;
}

/** A family of networks, and types of layers that it brought; `"Caffe"` has BVLC's own. */
export type Family = readonly [name: string, types: readonly Layer[]];

/** The least and the greatest number allowed. */
export type CountRange = readonly [least: number, greatest: number];

/** A layer whose bottoms are known, but whose blobs are not yet. */
export interface LayerShape<Param> {
  /** The layer as the file describes it. */
  readonly layer: NetLayer;
  /** Its settings. */
  readonly param: Param;
  /** The shapes of the bottoms. */
  readonly shapes: readonly Shape[];
  /** The shapes of the blobs that the files have for it; none if there are no weights for it. */
  readonly stored?: readonly Shape[];
}

/** The specification of a learned blob. */
export interface BlobSpec {
  /** Its name in a bundle: `"weights"`, `"biases"` … */
  readonly name: string;
  /** The shape that it must have. */
  readonly shape: Shape;
  /** Its filler; zeros by default. */
  readonly filler?: Filler | undefined;
  /** Whether no op reads it, so that a file may hold one of any shape. */
  readonly ignored?: boolean;
  /** What determines the shape, for the message when a file disagrees: `num_output 64`. */
  readonly because?: string;
}

/** The values of a blob before training. */
export interface Filler {
  /** `"constant"`, or the name of a random distribution in Caffe. */
  readonly type: string;
  /** The value of constant fillers. */
  readonly value: number;
  /** The values of equal parts of the blob, in order, instead of one value. */
  readonly parts?: readonly number[];
  /** The diagonal of a matrix that is 0 elsewhere. */
  readonly diagonal?: readonly number[];
  /** What FlowNet's filler "diagonal" multiplies each channel by. */
  readonly diag_val?: ArrayLike<number>;
}

/** A layer that is ready to be lowered. */
export interface LayerInstance<Param> extends LayerShape<Param> {
  /** Its name, also that of its first top's value. */
  readonly name: string;
  /** The values of its bottoms. */
  readonly bottoms: readonly Value[];
  /** The learned blobs, in the order in which Caffe stores them. */
  readonly blobs: readonly Value[];
  /** The graph that {@linkcode apply} adds nodes to. */
  readonly graph: GraphBuilder;
  /** The caller's choices where files are ambiguous. */
  readonly settings: LayerSettings;
  /** Whether the network has a layer of a type, by which forks are told apart. */
  hasLayer(type: string): boolean;
  /** Warns the user of a possible mistake; the message is prefixed with "layer x: ". */
  warn(message: string): void;
}

/** Choices where files are ambiguous. */
export interface LayerSettings {
  /**
   * Whether a Crop without settings aligns its bottoms, as in the forks of FCN, HED and U-Net,
   * instead of starting at 0. In V1 files it always does: there only those forks have it.
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
 * Adds a node with `options`, and the op's defaults for the others.
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
/** Adds a node of a custom op. */
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

/** How many bottoms of a layer, from the first, are needed outside training. */
export function usesOf({ uses }: Layer, layer: NetLayer): number {
  return (typeof uses === "function" ? uses(layer) : uses) ?? Infinity;
}

/** The name of a top's value: the first has the layer's own. */
export function topName({ name, layer }: LayerInstance<unknown>, index: number): string {
  return index === 0 ? name : `${name}/${layer.tops[index]}`;
}

/**
 * Refuses a layer with too few or too many bottoms or tops.
 *
 * @param hasLayer Whether its network has a layer of a type; by default, none that matters.
 * @throws {TypeError} with the allowed numbers.
 */
export function checkCounts(
  { bottoms = [1, 1], tops = [1, 1] }: Pick<Layer, "bottoms" | "tops">,
  layer: NetLayer,
  hasLayer: (type: string) => boolean = () => false,
): void {
  const taken = layer.bottoms.length;
  checkCount("bottom", taken, typeof bottoms === "function" ? bottoms(hasLayer) : bottoms);
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
