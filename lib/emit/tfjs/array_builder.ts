/**
 * Adds array ops: element-wise functions, data movement, reductions.
 *
 * @module
 */
import { count, sameShape, type Shape } from "../../../runtime/tensor.ts";
import { broadcast, concatenated, type Padding, reduced } from "../array_shapes.ts";
import { BatchMatters } from "../open_batch.ts";
import type { TfType, TfValue } from "./node.ts";
import { NodeBuilder } from "./node_builder.ts";

type UnaryOp =
  | "Abs"
  | "Elu"
  | "Exp"
  | "Floor"
  | "Identity"
  | "Log"
  | "Relu"
  | "Relu6"
  | "Sigmoid"
  | "Softmax"
  | "Softplus"
  | "Sqrt"
  | "Square"
  | "Tanh";

type BinaryOp = "AddV2" | "Maximum" | "Minimum" | "Mul" | "Pow" | "RealDiv" | "Sub";
type Comparison = "Equal" | "Greater" | "GreaterEqual" | "Less" | "NotEqual";

/** Adds ops on arrays. */
export class ArrayBuilder extends NodeBuilder {
  /** A function of every element; Softmax, of every row. */
  unary(op: UnaryOp, x: TfValue): TfValue {
    return this.result(this.node(op, [x], { T: { type: x.type } }), x.shape, x.type);
  }

  /** `x` where it is positive, `alpha · x` elsewhere. */
  leakyRelu(x: TfValue, alpha: number): TfValue {
    const attributes = { T: { type: "float" }, alpha: { f: alpha } } as const;
    return this.result(this.node("LeakyRelu", [x], attributes), x.shape, "float");
  }

  /** A binary function with broadcasting. */
  binary(op: BinaryOp, a: TfValue, b: TfValue): TfValue {
    const node = this.node(op, [a, b], { T: { type: a.type } });
    return this.result(node, broadcast(a.shape, b.shape), a.type);
  }

  add(a: TfValue, b: TfValue): TfValue {
    return this.binary("AddV2", a, b);
  }

  subtract(a: TfValue, b: TfValue): TfValue {
    return this.binary("Sub", a, b);
  }

  multiply(a: TfValue, b: TfValue): TfValue {
    return this.binary("Mul", a, b);
  }

  divide(a: TfValue, b: TfValue): TfValue {
    return this.binary("RealDiv", a, b);
  }

  /** `x` times a number; no op if that is 1. */
  scale(x: TfValue, factor: number): TfValue {
    return factor === 1 ? x : this.multiply(x, this.number(factor));
  }

  /** An element-wise comparison. */
  compare(op: Comparison, a: TfValue, b: TfValue): TfValue {
    const node = this.node(op, [a, b], { T: { type: a.type } });
    return this.result(node, broadcast(a.shape, b.shape), "bool");
  }

  and(a: TfValue, b: TfValue): TfValue {
    return this.result(this.node("LogicalAnd", [a, b], {}), broadcast(a.shape, b.shape), "bool");
  }

  isNan(x: TfValue): TfValue {
    return this.result(this.node("IsNan", [x], { T: { type: "float" } }), x.shape, "bool");
  }

  /** `a` where the condition holds, `b` elsewhere. */
  select(condition: TfValue, a: TfValue, b: TfValue): TfValue {
    const node = this.node("SelectV2", [condition, a, b], { T: { type: a.type } });
    return this.result(node, broadcast(condition.shape, broadcast(a.shape, b.shape)), a.type);
  }

  /** Converts the element type; fractions are truncated. */
  cast(x: TfValue, type: TfType): TfValue {
    if (x.type === type) return x;
    const attributes = { SrcT: { type: x.type }, DstT: { type } } as const;
    return this.result(this.node("Cast", [x], attributes), x.shape, type);
  }

  /** Permutes the axes; no op if the order is the same. */
  transpose(x: TfValue, order: Shape): TfValue {
    if (order.every((axis, i) => axis === i)) return x;
    const shape = order.map((axis) => x.shape[axis]!);
    const types = { T: { type: x.type }, Tperm: { type: "int" } } as const;
    return this.folded("Transpose", [x, this.setting(order)], types, shape, order);
  }

  /** Reshapes; one extent may be −1. */
  reshape(x: TfValue, shape: Shape): TfValue {
    if (sameShape(shape, x.shape)) return x;
    if (shape.filter((extent) => extent === -1).length > 1) throw new BatchMatters();
    const types = { T: { type: x.type }, Tshape: { type: "int" } } as const;
    return this.folded("Reshape", [x, this.setting(shape)], types, shape, shape);
  }

  /** A block: its begin and its extents, where −1 means all the rest. */
  slice(x: TfValue, begin: Shape, size: Shape): TfValue {
    const shape = size.map((extent, i) =>
      extent !== -1 || x.shape[i] === -1 ? extent : x.shape[i]! - begin[i]!
    );
    if (begin.every((start) => start === 0) && sameShape(shape, x.shape)) return x;
    const types = { T: { type: x.type }, Index: { type: "int" } } as const;
    const inputs = [x, this.setting(begin), this.setting(shape)] as const;
    return this.folded("Slice", inputs, types, shape, begin);
  }

  /** A part of one axis. */
  sliceAxis(x: TfValue, axis: number, start: number, length: number): TfValue {
    const begin = x.shape.map((_, i) => i === axis ? start : 0);
    return this.slice(x, begin, x.shape.with(axis, length));
  }

  /** Constant padding; no op if there is none. */
  pad(x: TfValue, paddings: readonly Padding[], value = 0): TfValue {
    const isNone = ([before, after]: Padding) => before === 0 && after === 0;
    if (paddings.every(isNone)) return x;
    if (x.shape.length > 4) {
      return paddings.reduce((x, padding, axis) => {
        if (isNone(padding)) return x;
        return this.#alone(x, axis, (x) => this.pad(x, [[0, 0], padding, [0, 0]], value));
      }, x);
    }
    const shape = x.shape.map((extent, i) =>
      extent === -1 ? -1 : extent + paddings[i]![0] + paddings[i]![1]
    );
    const table = this.shared([paddings.length, 2], Int32Array.from(paddings.flat()), true);
    const types = { T: { type: x.type }, Tpaddings: { type: "int" } } as const;
    const inputs = [x, table, this.shared([], Float32Array.of(value), true)] as const;
    const starts = paddings.map(([before]) => before);
    return this.folded("PadV2", inputs, types, shape, [value, ...starts]);
  }

  /** Concatenates tensors along an axis. */
  concat(values: readonly TfValue[], axis: number): TfValue {
    if (values.length === 1) return values[0]!;
    const { type } = values[0]!;
    const node = this.node("ConcatV2", [...values, this.setting(axis)], {
      N: { i: values.length },
      T: { type },
      Tidx: { type: "int" },
    });
    return this.result(node, concatenated(values.map(({ shape }) => shape), axis), type);
  }

  /** Repeats a tensor along an axis. */
  tile(x: TfValue, axis: number, times: number): TfValue {
    const extent = x.shape[axis]!;
    const node = this.node(
      "Tile",
      [x, this.setting(x.shape.map((_, i) => i === axis ? times : 1))],
      {
        T: { type: x.type },
        Tmultiples: { type: "int" },
      },
    );
    return this.result(node, x.shape.with(axis, extent === -1 ? -1 : extent * times), x.type);
  }

  /** Reverses an axis. */
  reverse(x: TfValue, axis: number): TfValue {
    if (x.shape.length > 4) return this.#alone(x, axis, (x) => this.reverse(x, 1));
    const attributes = { T: { type: x.type }, Tidx: { type: "int" } } as const;
    return this.result(
      this.node("ReverseV2", [x, this.setting([axis])], attributes),
      x.shape,
      x.type,
    );
  }

  /** The slices of an axis at given indices. */
  gather(x: TfValue, indices: TfValue, axis: number): TfValue {
    const node = this.node("GatherV2", [x, indices, this.setting(axis)], {
      Tparams: { type: x.type },
      Tindices: { type: "int" },
      Taxis: { type: "int" },
      batch_dims: { i: 0 },
    });
    return this.result(node, x.shape.toSpliced(axis, 1, ...indices.shape), x.type);
  }

  /** A reduction along axes. */
  reduce(op: "Max" | "Mean" | "Sum", x: TfValue, axes: Shape, keep = false): TfValue {
    const node = this.node(op, [x, this.setting(axes)], {
      T: { type: x.type },
      Tidx: { type: "int" },
      keep_dims: { b: keep },
    });
    return this.result(node, reduced(x.shape, axes, keep), x.type);
  }

  /** The index of the largest element along an axis; the first of equals. */
  argMax(x: TfValue, axis: number): TfValue {
    const node = this.node("ArgMax", [x, this.setting(axis)], {
      T: { type: x.type },
      Tidx: { type: "int" },
      output_type: { type: "int" },
    });
    return this.result(node, x.shape.toSpliced(axis, 1), "int");
  }

  /** The largest elements along the last axis in descending order, and their indices. */
  topK(x: TfValue, k: number): { readonly values: TfValue; readonly indices: TfValue } {
    const node = this.node("TopKV2", [x, this.setting(k)], {
      T: { type: x.type },
      sorted: { b: true },
      Tk: { type: "int" },
      index_type: { type: "int" },
    });
    const shape = [...x.shape.slice(0, -1), k];
    return {
      values: this.result(node, shape, x.type),
      indices: this.result(node, shape, "int", 1),
    };
  }

  /** The inclusive cumulative sum along an axis. */
  cumulate(x: TfValue, axis: number): TfValue {
    const node = this.node("Cumsum", [x, this.setting(axis)], {
      T: { type: x.type },
      Tidx: { type: "int" },
      exclusive: { b: false },
      reverse: { b: false },
    });
    return this.result(node, x.shape, x.type);
  }

  /**
   * Changes one axis, as the second of three that stand for all. With more than four axes, the webgpu
   * backend of TensorFlow.js 4.22 silently pads wrongly, and refuses to reverse.
   */
  #alone(x: TfValue, axis: number, change: (x: TfValue) => TfValue): TfValue {
    const joined = (shape: Shape) => shape.includes(-1) ? -1 : count(shape);
    const { shape } = x, extent = shape[axis]!;
    const before = joined(shape.slice(0, axis)), after = joined(shape.slice(axis + 1));
    const changed = change(this.reshape(x, [before, extent, after]));
    return this.reshape(changed, shape.with(axis, changed.shape[1]!));
  }
}
