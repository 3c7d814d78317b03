/**
 * The options of `convert`.
 *
 * @module
 */
import type { Shape } from "../runtime/tensor.ts";
import type { Injection } from "./lowering/injections.ts";
import type { Layer } from "./layers/layer.ts";
import type { NamedFile } from "./named_file.ts";
import type { PreprocessingOptions } from "./preprocessing.ts";
import type { TransformName } from "./transforms/mod.ts";

/** Options of a conversion. */
export interface ConvertOptions {
  /** The weights, if they are not in the network's own file. */
  readonly caffemodel?: NamedFile | undefined;
  /** Which layers are taken: those of the phase, level and stages. By default, for testing. */
  readonly phase?: "TRAIN" | "TEST" | undefined;
  /** The level that `include` and `exclude` rules are evaluated at; 0 by default. */
  readonly level?: number | undefined;
  /** The stages that `include` and `exclude` rules are evaluated at; none by default. */
  readonly stages?: readonly string[] | undefined;
  /** Shapes of inputs that override the file's. */
  readonly inputShapes?: ReadonlyMap<string, Shape> | undefined;
  /**
   * The blobs that the network ends at, instead of the file's outputs. Layers that none of them depends
   * on are left out, even those of unsupported types.
   */
  readonly outputs?: readonly string[] | undefined;
  /** Preprocessing that overrides the file's. */
  readonly preprocessing?: PreprocessingOptions | undefined;
  /** The names of the classes, in the order of their numbers. */
  readonly labels?: readonly string[] | undefined;
  /** Learned blobs that replace those of the files, or provide missing ones. */
  readonly inject?: readonly Injection[] | undefined;
  /** Layer types that extend or override the built-in ones. */
  readonly layers?: readonly Layer[] | undefined;
  /**
   * Whether a Crop without settings aligns its bottoms, as in the forks of FCN, HED and U-Net,
   * instead of starting at 0 as in Caffe. In V1 files it always does: there only those forks have it.
   */
  readonly alignCrops?: boolean | undefined;
  /** The transforms to apply; all by default. */
  readonly transforms?: readonly TransformName[] | undefined;
  /**
   * Leaves large unchanged weights in their file, if it is a {@linkcode PartialFile}, until
   * `writeBundle` writes them. Until then the graph's constants must not be read, and the file must
   * stay open and unchanged.
   */
  readonly deferWeights?: boolean | undefined;
  /** Receives warnings: what may be a mistake, but does not stop the conversion. */
  readonly warn?: ((message: string) => void) | undefined;
}
