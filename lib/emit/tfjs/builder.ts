/**
 * Builds a TensorFlow graph. Each call adds a node and returns its result, whose shape is known but
 * for the extents that depend on the batch, which are −1.
 *
 * What only rearranges a constant is done at once, so that weights stand in the graph as its ops
 * want them.
 *
 * @module
 */
import type { Shape } from "../../../runtime/tensor.ts";
import { count } from "../../../runtime/tensor.ts";
import { fold } from "./fold.ts";
import type { TfAttribute, TfNode, TfOp, TfType, TfValue } from "./node.ts";

/** Thrown where a graph for any batch cannot be said, but one for a known batch could be. */
export class BatchMatters extends Error {}

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

/** Two extents along height and width. */
type Pair = readonly [height: number, width: number];

/** How much is put before and after an axis. */
export type Padding = readonly [before: number, after: number];

/** Builds a TensorFlow graph. */
export class TfBuilder {
  readonly #constants = new Map<string, TfValue>();
  /** What the nodes that are added now belong to. */
  scope = "";

  readonly #learning = new Set<TfNode>();

  /** @param trains Whether the graph is to be trained, and not only computed. */
  constructor(private readonly trains: boolean = false) {}

  /**
   * Whether training goes back through what is made of these values: then only ops are to be used
   * whose gradients every backend of TensorFlow.js has.
   */
  learns(...values: readonly TfValue[]): boolean {
    return this.trains && values.some(({ node }) => this.#learning.has(node));
  }

  /** Something that is fed. */
  placeholder(name: string, shape: Shape): TfValue {
    const attributes = { dtype: { type: "float" }, shape: { shape } } as const;
    return this.#result(this.#node("Placeholder", [], attributes, name), shape, "float");
  }

  /** Learned numbers that stand in the graph. */
  constant(name: string, shape: Shape, data: Float32Array): TfValue {
    return this.#constant(name, shape, data, true);
  }

  /** Something that stands for a variable: it has a name, but no numbers to fold. */
  variable(name: string, shape: Shape): TfValue {
    const node = this.#node("Const", [], { dtype: { type: "float" } }, name);
    const variable = { ...node, variable: name };
    this.#learning.add(variable);
    return this.#result(variable, shape, "float");
  }

  /** One number. */
  number(value: number): TfValue {
    return this.floats([], Float32Array.of(value));
  }

  /** Numbers that belong to an op. Small equal ones are one node. */
  floats(shape: Shape, data: Float32Array): TfValue {
    return this.#shared(shape, data);
  }

  /** Whole numbers, in one axis. */
  ints(values: readonly number[]): TfValue {
    return this.#shared([values.length], Int32Array.from(values));
  }

  /** A whole number, without axes. */
  int(value: number): TfValue {
    return this.#shared([], Int32Array.of(value));
  }

  /** A function of every element, or of every row in the case of Softmax. */
  unary(op: UnaryOp, x: TfValue): TfValue {
    return this.#result(this.#node(op, [x], { T: { type: x.type } }), x.shape, x.type);
  }

  /** `x` where it is positive, `alpha · x` elsewhere. */
  leakyRelu(x: TfValue, alpha: number): TfValue {
    const attributes = { T: { type: "float" }, alpha: { f: alpha } } as const;
    return this.#result(this.#node("LeakyRelu", [x], attributes), x.shape, "float");
  }

  /** A function of two elements; shapes are matched from their last axes on. */
  binary(op: BinaryOp, a: TfValue, b: TfValue): TfValue {
    const node = this.#node(op, [a, b], { T: { type: a.type } });
    return this.#result(node, broadcast(a.shape, b.shape), a.type);
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

  /** `x` times a number; nothing, if that is 1. */
  scale(x: TfValue, factor: number): TfValue {
    return factor === 1 ? x : this.multiply(x, this.number(factor));
  }

  /** Whether two elements are so. */
  compare(op: Comparison, a: TfValue, b: TfValue): TfValue {
    const node = this.#node(op, [a, b], { T: { type: a.type } });
    return this.#result(node, broadcast(a.shape, b.shape), "bool");
  }

  and(a: TfValue, b: TfValue): TfValue {
    return this.#result(this.#node("LogicalAnd", [a, b], {}), broadcast(a.shape, b.shape), "bool");
  }

  isNan(x: TfValue): TfValue {
    return this.#result(this.#node("IsNan", [x], { T: { type: "float" } }), x.shape, "bool");
  }

  /** `a` where the condition holds, `b` elsewhere. */
  select(condition: TfValue, a: TfValue, b: TfValue): TfValue {
    const node = this.#node("SelectV2", [condition, a, b], { T: { type: a.type } });
    return this.#result(node, broadcast(condition.shape, broadcast(a.shape, b.shape)), a.type);
  }

  /** The elements as another type; fractions are cut off. */
  cast(x: TfValue, type: TfType): TfValue {
    if (x.type === type) return x;
    const attributes = { SrcT: { type: x.type }, DstT: { type } } as const;
    return this.#result(this.#node("Cast", [x], attributes), x.shape, type);
  }

  /** The axes in another order; nothing, if it is the same. */
  transpose(x: TfValue, order: Shape): TfValue {
    if (order.every((axis, i) => axis === i)) return x;
    const shape = order.map((axis) => x.shape[axis]!);
    return this.#folded(
      "Transpose",
      x,
      shape,
      order,
      () =>
        this.#node("Transpose", [x, this.ints(order)], {
          T: { type: x.type },
          Tperm: { type: "int" },
        }),
    );
  }

  /** The same elements under another shape, of which one extent may be −1. */
  reshape(x: TfValue, shape: Shape): TfValue {
    if (shape.length === x.shape.length && shape.every((extent, i) => extent === x.shape[i])) {
      return x;
    }
    if (shape.filter((extent) => extent === -1).length > 1) throw new BatchMatters();
    return this.#folded(
      "Reshape",
      x,
      shape,
      shape,
      () =>
        this.#node("Reshape", [x, this.ints(shape)], {
          T: { type: x.type },
          Tshape: { type: "int" },
        }),
    );
  }

  /** A block: where it begins, and its extents, where −1 means all the rest. */
  slice(x: TfValue, begin: Shape, size: Shape): TfValue {
    const shape = size.map((extent, i) =>
      extent !== -1 || x.shape[i] === -1 ? extent : x.shape[i]! - begin[i]!
    );
    if (begin.every((start) => start === 0) && shape.every((n, i) => n === x.shape[i])) return x;
    return this.#folded(
      "Slice",
      x,
      shape,
      begin,
      () =>
        this.#node("Slice", [x, this.ints(begin), this.ints(shape)], {
          T: { type: x.type },
          Index: { type: "int" },
        }),
    );
  }

  /** A part of one axis. */
  sliceAxis(x: TfValue, axis: number, start: number, length: number): TfValue {
    const whole = x.shape.map((extent) => extent);
    return this.slice(x, whole.map((_, i) => i === axis ? start : 0), whole.with(axis, length));
  }

  /** Every so many rows and columns of images `[N, H, W, C]`, as many of them as are asked for. */
  everyPixel(x: TfValue, stride: Pair, [rows, columns]: Pair): TfValue {
    if (stride[0] === 1 && stride[1] === 1) {
      return this.slice(x, [0, 0, 0, 0], [-1, rows, columns, -1]);
    }
    if (this.learns(x)) return this.#everyPixelByShape(x, stride, [rows, columns]);
    const end = (n: number, step: number) => (n - 1) * step + 1;
    const node = this.#node("StridedSlice", [
      x,
      this.ints([0, 0, 0, 0]),
      this.ints([0, end(rows, stride[0]), end(columns, stride[1]), 0]),
      this.ints([1, ...stride, 1]),
    ], {
      T: { type: x.type },
      Index: { type: "int" },
      // The first and the last axis are taken whole.
      begin_mask: { i: 0b1001 },
      end_mask: { i: 0b1001 },
      ellipsis_mask: { i: 0 },
      new_axis_mask: { i: 0 },
      shrink_axis_mask: { i: 0 },
    });
    return this.#result(node, [x.shape[0]!, rows, columns, x.shape[3]!], x.type);
  }

  /** The same by shapes alone, since StridedSlice has no gradient. */
  #everyPixelByShape(x: TfValue, [down, right]: Pair, [rows, columns]: Pair): TfValue {
    const [batch, height, width, channels] = x.shape as [number, number, number, number];
    const missing = (extent: number, wanted: number): Padding => [0, Math.max(0, wanted - extent)];
    const wide = this.pad(x, [
      [0, 0],
      missing(height, rows * down),
      missing(width, columns * right),
      [0, 0],
    ]);
    const cut = this.slice(wide, [0, 0, 0, 0], [-1, rows * down, columns * right, -1]);
    const many = batch === -1 ? -1 : batch * rows;
    const lines = this.reshape(cut, [many, down, columns * right, channels]);
    const line = this.slice(lines, [0, 0, 0, 0], [-1, 1, -1, -1]);
    const groups = this.reshape(line, [many, columns, right * channels]);
    const pixels = this.slice(groups, [0, 0, 0], [-1, columns, channels]);
    return this.reshape(pixels, [batch, rows, columns, channels]);
  }

  /** Puts a number around a tensor; nothing, if there is no padding. */
  pad(x: TfValue, paddings: readonly Padding[], value = 0): TfValue {
    if (paddings.every(([before, after]) => before === 0 && after === 0)) return x;
    const shape = x.shape.map((extent, i) =>
      extent === -1 ? -1 : extent + paddings[i]![0] + paddings[i]![1]
    );
    const table = this.#shared([paddings.length, 2], Int32Array.from(paddings.flat()));
    return this.#folded(
      "PadV2",
      x,
      shape,
      [value, ...paddings.map(([before]) => before)],
      () =>
        this.#node("PadV2", [x, table, this.number(value)], {
          T: { type: x.type },
          Tpaddings: { type: "int" },
        }),
    );
  }

  /** Tensors one after the other along an axis. */
  concat(values: readonly TfValue[], axis: number): TfValue {
    if (values.length === 1) return values[0]!;
    const [first] = values;
    const extents = values.map(({ shape }) => shape[axis]!);
    const joined = extents.includes(-1) ? -1 : extents.reduce((a, b) => a + b);
    const node = this.#node("ConcatV2", [...values, this.int(axis)], {
      N: { i: values.length },
      T: { type: first!.type },
      Tidx: { type: "int" },
    });
    return this.#result(node, first!.shape.with(axis, joined), first!.type);
  }

  /** A tensor several times one after the other along an axis. */
  tile(x: TfValue, axis: number, times: number): TfValue {
    const extent = x.shape[axis]!;
    const node = this.#node("Tile", [x, this.ints(x.shape.map((_, i) => i === axis ? times : 1))], {
      T: { type: x.type },
      Tmultiples: { type: "int" },
    });
    return this.#result(node, x.shape.with(axis, extent === -1 ? -1 : extent * times), x.type);
  }

  /** The elements of an axis the other way round. */
  reverse(x: TfValue, axis: number): TfValue {
    const attributes = { T: { type: x.type }, Tidx: { type: "int" } } as const;
    return this.#result(
      this.#node("ReverseV2", [x, this.ints([axis])], attributes),
      x.shape,
      x.type,
    );
  }

  /**
   * The slices of an axis that whole numbers name. With `batchAxes`, so many leading axes are those
   * of the numbers too.
   */
  gather(x: TfValue, indices: TfValue, axis: number, batchAxes = 0): TfValue {
    const node = this.#node("GatherV2", [x, indices, this.int(axis)], {
      Tparams: { type: x.type },
      Tindices: { type: "int" },
      Taxis: { type: "int" },
      batch_dims: { i: batchAxes },
    });
    const taken = indices.shape.slice(batchAxes);
    return this.#result(
      node,
      [...x.shape.slice(0, axis), ...taken, ...x.shape.slice(axis + 1)],
      x.type,
    );
  }

  /** The sum, mean or largest element along axes. */
  reduce(op: "Max" | "Mean" | "Sum", x: TfValue, axes: Shape, keep = false): TfValue {
    const node = this.#node(op, [x, this.ints(axes)], {
      T: { type: x.type },
      Tidx: { type: "int" },
      keep_dims: { b: keep },
    });
    const shape = x.shape.flatMap((extent, i) => axes.includes(i) ? keep ? [1] : [] : [extent]);
    return this.#result(node, shape, x.type);
  }

  /** The position of the largest element along an axis: the first one, of several. */
  argMax(x: TfValue, axis: number): TfValue {
    const node = this.#node("ArgMax", [x, this.int(axis)], {
      T: { type: x.type },
      Tidx: { type: "int" },
      output_type: { type: "int" },
    });
    return this.#result(node, x.shape.toSpliced(axis, 1), "int");
  }

  /** The largest elements along the last axis in falling order, and their positions. */
  topK(x: TfValue, k: number): { readonly values: TfValue; readonly indices: TfValue } {
    const node = this.#node("TopKV2", [x, this.int(k)], {
      T: { type: x.type },
      sorted: { b: true },
      Tk: { type: "int" },
      index_type: { type: "int" },
    });
    const shape = [...x.shape.slice(0, -1), k];
    return {
      values: this.#result(node, shape, x.type),
      indices: this.#result(node, shape, "int", 1),
    };
  }

  /** The sums of what stands before each element, and of the element itself. */
  cumulate(x: TfValue, axis: number): TfValue {
    const node = this.#node("Cumsum", [x, this.int(axis)], {
      T: { type: x.type },
      Tidx: { type: "int" },
      exclusive: { b: false },
      reverse: { b: false },
    });
    return this.#result(node, x.shape, x.type);
  }

  /** The product of two matrices, the second of which may be turned over. */
  matMul(a: TfValue, b: TfValue, transposed = false): TfValue {
    const node = this.#node("MatMul", [a, b], {
      T: { type: "float" },
      transpose_a: { b: false },
      transpose_b: { b: transposed },
    });
    return this.#result(node, [a.shape[0]!, b.shape[transposed ? 0 : 1]!], "float");
  }

  /** Convolves images with weights `[kH, kW, I, O]`. Stride and dilation cannot both be above 1. */
  conv2d(
    x: TfValue,
    weights: TfValue,
    { stride, dilation, pad }: { stride: Pair; dilation: Pair; pad: readonly [Padding, Padding] },
  ): TfValue {
    const node = this.#node("Conv2D", [x, weights], {
      T: { type: "float" },
      strides: { ints: [1, ...stride, 1] },
      dilations: { ints: [1, ...dilation, 1] },
      data_format: { s: "NHWC" },
      use_cudnn_on_gpu: { b: true },
      ...(pad.flat().every((extent) => extent === 0)
        ? { padding: { s: "VALID" }, explicit_paddings: { ints: [] } }
        : { padding: { s: "EXPLICIT" }, explicit_paddings: { ints: [0, 0, ...pad.flat(), 0, 0] } }),
    });
    const windows = ([0, 1] as const).map((axis) => {
      const extent = x.shape[1 + axis]! + pad[axis][0] + pad[axis][1];
      const kernel = dilation[axis] * (weights.shape[axis]! - 1) + 1;
      return Math.floor((extent - kernel) / stride[axis]) + 1;
    });
    return this.#result(node, [x.shape[0]!, ...windows, weights.shape[3]!], "float");
  }

  /** Convolves each channel by itself with weights `[kH, kW, I, M]`, without padding. */
  depthwise(x: TfValue, weights: TfValue, stride: number): TfValue {
    const [kernel_h, kernel_w, channels, multiplier] = weights.shape as [
      number,
      number,
      number,
      number,
    ];
    const node = this.#node("DepthwiseConv2dNative", [x, weights], {
      T: { type: "float" },
      strides: { ints: [1, stride, stride, 1] },
      dilations: { ints: [1, 1, 1, 1] },
      data_format: { s: "NHWC" },
      padding: { s: "VALID" },
      explicit_paddings: { ints: [] },
    });
    const along = (extent: number, kernel: number) => Math.floor((extent - kernel) / stride) + 1;
    return this.#result(node, [
      x.shape[0]!,
      along(x.shape[1]!, kernel_h),
      along(x.shape[2]!, kernel_w),
      channels * multiplier,
    ], "float");
  }

  /** Adds weights `[kH, kW, O, I]` to the output, scaled by every pixel; nothing is cut off. */
  transposedConv2d(x: TfValue, weights: TfValue, stride: Pair): TfValue {
    const along = (axis: 0 | 1) => stride[axis] * (x.shape[1 + axis]! - 1) + weights.shape[axis]!;
    const shape = [x.shape[0]!, along(0), along(1), weights.shape[2]!];
    const node = this.#node("Conv2DBackpropInput", [this.#extents(shape, x), weights, x], {
      T: { type: "float" },
      strides: { ints: [1, ...stride, 1] },
      dilations: { ints: [1, 1, 1, 1] },
      data_format: { s: "NHWC" },
      use_cudnn_on_gpu: { b: true },
      padding: { s: "VALID" },
      explicit_paddings: { ints: [] },
    });
    return this.#result(node, shape, "float");
  }

  /** Pools windows that lie within the images. */
  pool(op: "AvgPool" | "MaxPool", x: TfValue, kernel: Pair, stride: Pair): TfValue {
    const node = this.#node(op, [x], {
      T: { type: "float" },
      ksize: { ints: [1, ...kernel, 1] },
      strides: { ints: [1, ...stride, 1] },
      padding: { s: "VALID" },
      data_format: { s: "NHWC" },
      ...(op === "MaxPool" ? { explicit_paddings: { ints: [] } } : {}),
    });
    const along = (axis: 0 | 1) =>
      Math.floor((x.shape[1 + axis]! - kernel[axis]) / stride[axis]) + 1;
    return this.#result(node, [x.shape[0]!, along(0), along(1), x.shape[3]!], "float");
  }

  /** Divides by a power of the energy of near channels. */
  lrn(x: TfValue, radius: number, { alpha, beta, k }: { alpha: number; beta: number; k: number }) {
    const node = this.#node("LRN", [x], {
      T: { type: "float" },
      depth_radius: { i: radius },
      bias: { f: k },
      alpha: { f: alpha },
      beta: { f: beta },
    });
    return this.#result(node, x.shape, "float");
  }

  /** Resizes images so that the middles of corner pixels stay in the corners. */
  resizeBilinear(x: TfValue, size: Pair): TfValue {
    const node = this.#node("ResizeBilinear", [x, this.ints(size)], {
      T: { type: "float" },
      align_corners: { b: true },
      half_pixel_centers: { b: false },
    });
    return this.#result(node, [x.shape[0]!, ...size, x.shape[3]!], "float");
  }

  /** The same value under a name of its own. */
  named(x: TfValue, name: string): TfValue {
    const node = this.#node("Identity", [x], { T: { type: x.type } }, name);
    return this.#result(node, x.shape, x.type);
  }

  /** Extents as a tensor: the first is read off another tensor if it depends on the batch. */
  #extents(shape: Shape, like: TfValue): TfValue {
    if (shape[0] !== -1) return this.ints(shape);
    const types = { T: { type: "float" }, out_type: { type: "int" } } as const;
    const all = this.#result(this.#node("Shape", [like], types), [4], "int");
    const batch = this.slice(all, [0], [1]);
    return this.concat([batch, this.ints(shape.slice(1))], 0);
  }

  /** A constant in its new order, or a node that orders anew. */
  #folded(
    op: "PadV2" | "Reshape" | "Slice" | "Transpose",
    x: TfValue,
    shape: Shape,
    argument: readonly number[],
    node: () => TfNode,
  ): TfValue {
    if (x.data === undefined) return this.#result(node(), shape, x.type);
    const known = shape.includes(-1)
      ? shape.with(shape.indexOf(-1), x.data.length / -count(shape))
      : shape;
    return this.#constant(x.node.name, known, fold(op, x, known, argument), x.learned);
  }

  #shared(shape: Shape, data: Float32Array | Int32Array): TfValue {
    if (data.length > 64) return this.#constant(`${this.scope}/numbers`, shape, data);
    const words = new Uint32Array(data.buffer, data.byteOffset, data.length);
    const key = `${data.constructor.name} ${shape} ${words.join()}`;
    let value = this.#constants.get(key);
    if (value === undefined) {
      value = this.#constant(data instanceof Int32Array ? "ints" : "numbers", shape, data);
      this.#constants.set(key, value);
    }
    return value;
  }

  #constant(
    name: string,
    shape: Shape,
    data: Float32Array | Int32Array,
    learned = false,
  ): TfValue {
    const type = data instanceof Int32Array ? "int" : "float";
    const node = this.#node("Const", [], { dtype: { type } }, name);
    return { node, index: 0, shape, type, data, learned };
  }

  #node(
    op: TfOp,
    inputs: readonly TfValue[],
    attributes: Readonly<Record<string, TfAttribute>>,
    name = `${this.scope}/${op}`,
  ): TfNode {
    const node = { op, name, inputs, attributes };
    if (inputs.some((input) => this.#learning.has(input.node))) this.#learning.add(node);
    return node;
  }

  #result(node: TfNode, shape: Shape, type: TfType, index = 0): TfValue {
    return { node, index, shape, type };
  }
}

/** The shape of what two tensors give element by element. */
function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const [x, y] = [a[i - rank + a.length] ?? 1, b[i - rank + b.length] ?? 1];
    return x === 1 ? y : x;
  });
}
