/**
 * What can be said about a conversion.
 *
 * @module
 */
import type { Shape } from "../runtime/tensor.ts";
import type { Injection } from "./injections.ts";
import type { Layer } from "./layers/layer.ts";
import type { NamedFile } from "./named_file.ts";
import type { PreprocessingOptions } from "./preprocessing.ts";
import type { TransformName } from "./transforms/mod.ts";

/** What can be said about a conversion. */
export interface ConvertOptions {
  /** The weights, where they are not in the network's own file. */
  readonly caffemodel?: NamedFile | undefined;
  /** Which layers are taken: those of the phase, level and stages. By default, for testing. */
  readonly phase?: "TRAIN" | "TEST" | undefined;
  /** The level that the rules of layers are compared with: 0 unless said otherwise. */
  readonly level?: number | undefined;
  /** The stages that the rules of layers are compared with: none unless said otherwise. */
  readonly stages?: readonly string[] | undefined;
  /** The shapes of inputs, where they are to be others than the file says. */
  readonly inputShapes?: ReadonlyMap<string, Shape> | undefined;
  /**
   * The blobs that the network is to end at, where it is to give others than the file says. Layers
   * that none of them needs are left out, whatever they are.
   */
  readonly outputs?: readonly string[] | undefined;
  /** How pictures become the input, where it is otherwise than the file says. */
  readonly preprocessing?: PreprocessingOptions | undefined;
  /** The names of the classes. */
  readonly labels?: readonly string[] | undefined;
  /** Learned blobs in place of those of the files, or where these have none. */
  readonly inject?: readonly Injection[] | undefined;
  /** Types of layers beside those that are known here, or in place of them. */
  readonly layers?: readonly Layer[] | undefined;
  /**
   * Whether a Crop without settings aligns its bottoms, as in the forks of FCN, HED and U-Net, in
   * place of starting at 0, as in Caffe.
   */
  readonly alignCrops?: boolean | undefined;
  /** Which transforms are applied: all of them, unless said otherwise. */
  readonly transforms?: readonly TransformName[] | undefined;
  /**
   * Leaves large weights that nothing changes in their file, if that is read where it is needed,
   * until `writeBundle` writes them. Nobody else may look at the constants of the graph, and the
   * file has to stay open and as it is.
   */
  readonly deferWeights?: boolean | undefined;
  /** Is told what may be a mistake, but does not stop the conversion. */
  readonly warn?: ((message: string) => void) | undefined;
}
