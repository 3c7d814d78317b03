/**
 * A TensorFlow graph: nodes of GraphDef's vocabulary, as far as networks need it.
 *
 * @see https://www.tensorflow.org/api_docs/python/tf/raw_ops
 * @module
 */
import type { Shape } from "../../../runtime/tensor.ts";

/** The ops of TensorFlow that graphs are written in; TensorFlow.js supports each of them as well. */
export type TfOp =
  | "Abs"
  | "AddV2"
  | "ArgMax"
  | "AvgPool"
  | "Cast"
  | "ConcatV2"
  | "Const"
  | "Conv2D"
  | "Conv2DBackpropInput"
  | "Cumsum"
  | "DepthwiseConv2dNative"
  | "Elu"
  | "Equal"
  | "Exp"
  | "Floor"
  | "GatherV2"
  | "Greater"
  | "GreaterEqual"
  | "Identity"
  | "IsNan"
  | "LeakyRelu"
  | "Less"
  | "Log"
  | "LogicalAnd"
  | "LRN"
  | "MatMul"
  | "Max"
  | "Maximum"
  | "MaxPool"
  | "Mean"
  | "Minimum"
  | "Mul"
  | "NotEqual"
  | "PadV2"
  | "Placeholder"
  | "Pow"
  | "RealDiv"
  | "Relu"
  | "Relu6"
  | "Reshape"
  | "ResizeBilinear"
  | "ReverseV2"
  | "SelectV2"
  | "Shape"
  | "Sigmoid"
  | "Slice"
  | "Softmax"
  | "Softplus"
  | "Sqrt"
  | "Square"
  | "StridedSlice"
  | "Sub"
  | "Sum"
  | "Tanh"
  | "Tile"
  | "TopKV2"
  | "Transpose";

/** The type of the elements of a tensor. */
export type TfType = "float" | "int" | "bool";

/** The value of an attribute, under GraphDef's name of its kind. */
export type TfAttribute =
  | { readonly type: TfType }
  | { readonly b: boolean }
  | { readonly i: number }
  | { readonly f: number }
  | { readonly s: string }
  | { readonly ints: readonly number[] }
  | { readonly shape: Shape };

/** An op applied to the results of others. */
export interface TfNode {
  readonly op: TfOp;
  /** Its name, unique in a finished graph. */
  readonly name: string;
  readonly inputs: readonly TfValue[];
  readonly attributes: Readonly<Record<string, TfAttribute>>;
  /** The name of the variable that it represents, unless it is a constant of the graph. */
  readonly variable?: string;
}

/** A result of a node. */
export interface TfValue {
  readonly node: TfNode;
  /** Which of the node's results it is. */
  readonly index: number;
  /** Its extents; −1 for one that depends on the batch. */
  readonly shape: Shape;
  readonly type: TfType;
  /** The numbers of a constant. */
  readonly data?: Float32Array | Int32Array;
  /** The kind of learned numbers; `undefined` if they belong to an op. */
  readonly learned?: Learned | undefined;
}

/** Kinds of learned numbers: weights, which are trained, or statistics of batch normalization. */
export type Learned = "weights" | "statistics";

/** A network in TensorFlow's ops; images are `[N, H, W, C]`. */
export interface TfGraph {
  /** The nodes in topological order, without those that nothing reads. */
  readonly nodes: readonly TfNode[];
  /** The constants among the nodes. */
  readonly constants: ReadonlyMap<TfNode, TfValue>;
  /** The inputs by the network's names. */
  readonly inputs: ReadonlyMap<string, TfValue>;
  /** The outputs by the network's names. */
  readonly outputs: ReadonlyMap<string, TfValue>;
  /** The nodes of marked values by the names of the marks. */
  readonly marks: ReadonlyMap<string, TfNode>;
}
