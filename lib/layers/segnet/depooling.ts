/**
 * Depooling: the gradient of a Pooling, in decoders of stacked what-where autoencoders. SWITCH (and
 * MAX) puts each value where a maximum was, given by the second top of a Pooling; FIX puts it at one
 * place of its window, SUM repeats it, AVE distributes it. Where windows overlap, values are summed,
 * and a second top has the number of values that each element is the sum of; with FIX, it has zeros.
 *
 * SafeInv: the reciprocal of each element, and 0 of 0. It divides those sums by those numbers.
 *
 * @see https://github.com/YutingZhang/caffe-recon-dec/blob/master/src/caffe/layers/depooling_layer.cpp
 * @see https://github.com/YutingZhang/caffe-recon-dec/blob/master/src/caffe/layers/pooling_layer.cpp
 * @module
 */
import {
  enumeration,
  int32,
  message,
  type MessageOf,
  onlyWith,
  uint32,
} from "../../../proto/message.ts";
import type { Value } from "../../../runtime/graph.ts";
import type { Pair } from "../../../runtime/ops/attribute.ts";
import { count, expectImage, sameShape, type Shape, showShape } from "../../../runtime/tensor.ts";
import { engine } from "../bvlc/engine.ts";
import { expectFew } from "../few.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer, type Layer } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";
import { expectPositive } from "../positive.ts";
import { spread, type Windows } from "./spread.ts";

const DepoolingParameter = message("PoolingParameter", {
  pool: enumeration(1, {
    MAX: 0,
    AVE: 1,
    STOCHASTIC: 2,
    FIX: 31,
    SWITCH: 32,
    SOFT_SWITCH: 33,
    SUM: 34,
  }, "MAX"),
  kernel_size: uint32(2),
  stride: uint32(3, 1),
  kernel_h: uint32(5),
  kernel_w: uint32(6),
  stride_h: uint32(7),
  stride_w: uint32(8),
  engine: engine(11),
  /** The place of FIX in a window; below 0 it is the middle. */
  fix: int32(31, -1),
  fix_x: int32(32, -1),
  /** Without it, `fix` counts on both axes. */
  fix_y: int32(33),
  ...onlyWith({
    pad: 0,
    pad_h: 0,
    pad_w: 0,
    global_pooling: false,
    mask_index_type: "GLOBAL",
  }),
});

type DepoolingParameter = MessageOf<typeof DepoolingParameter>;

const depooling = defineLayer({
  type: "Depooling",
  ops: ["affine", "deconv2d", "eltwise", "power", "reshape", "unpool"],
  param: { name: "pooling_param", number: 121, message: DepoolingParameter },
  bottoms: [1, 2],
  tops: [1, 2],

  lower({ graph, name, layer, param, bottoms: [bottom, places], shapes }) {
    const { pool } = param;
    expectImage(bottom!.shape);
    if (pool === "STOCHASTIC" || pool === "SOFT_SWITCH") {
      throw new TypeError(
        `its pool is ${pool}, but only MAX, SWITCH, FIX, SUM and AVE are supported`,
      );
    }
    const windows = windowsOf(param), isSwitched = pool === "MAX" || pool === "SWITCH";
    if (isSwitched && (places === undefined || !sameShape(...shapes as [Shape, Shape]))) {
      throw new TypeError(
        `its bottoms are ${shapes.map(showShape).join(" and ")}, but with pool ${pool} it needs ` +
          "two of one shape: values, and the positions of maxima",
      );
    }
    const nodes = new LayerNodes(graph, name);
    const depooled = (role: string, value: Value) =>
      isSwitched
        ? switched(nodes, role, value, places!, windows)
        : spread(graph, role, value, windows, sharesOf(param, windows));
    const sum = depooled(name, bottom!);
    if (layer.tops.length === 1) return [sum];
    const one = nodes.add("power", "one", [bottom!], { scale: 0, shift: pool === "FIX" ? 0 : 1 });
    return [sum, depooled(`${name}/weights`, one)];
  },
});

const safeInv = defineLayer({
  type: "SafeInv",
  ops: ["abs", "eltwise", "power", "threshold"],

  lower({ graph, name, bottoms: [bottom] }) {
    const nodes = new LayerNodes(graph, name);
    const magnitudes = nodes.add("abs", "magnitudes", [bottom!], {});
    const isOther = nodes.add("threshold", "is other than 0", [magnitudes], {});
    const isZero = nodes.add("power", "is 0", [isOther], { scale: -1, shift: 1 });
    const divisors = nodes.add("eltwise", "divisors", [bottom!, isZero], {});
    const quotients = nodes.add("power", "quotients", [divisors], { power: -1 });
    return [apply(graph, "eltwise", name, [quotients, isOther], { operation: "product" })];
  },
});

export const depoolings: readonly Layer[] = [depooling, safeInv];

/** The windows with all defaults. */
function windowsOf(param: DepoolingParameter): Windows {
  const { kernel_size, kernel_h = kernel_size, kernel_w = kernel_size } = param;
  const { stride, stride_h = stride, stride_w = stride } = param;
  expectPositive({ kernel_h, kernel_w, stride_h, stride_w });
  return { kernel: [kernel_h!, kernel_w!], stride: [stride_h, stride_w] };
}

/** The factor of each element of a window, by its index. */
function sharesOf(param: DepoolingParameter, { kernel }: Windows): (index: number) => number {
  const { pool, fix, fix_x, fix_y } = param, size = count(kernel);
  if (pool !== "FIX") return () => pool === "AVE" ? 1 / size : 1;
  const given = fix_y === undefined ? [fix, fix] : [fix_y, fix_x];
  const [row, column] = given.map((place, i) => place < 0 ? kernel[i]! >> 1 : place) as [
    number,
    number,
  ];
  if (row >= kernel[0] || column >= kernel[1]) {
    throw new TypeError(
      `its fix is ${showShape([row, column])}, but its windows are ${showShape(kernel)}`,
    );
  }
  return (i) => i === row * kernel[1] + column ? 1 : 0;
}

/**
 * Each value at its place. Where windows overlap, they are divided into sets in which none do, since
 * among several values for one place `unpool` keeps one: outside of its set, a window has no place.
 */
function switched(
  nodes: LayerNodes,
  role: string,
  values: Value,
  places: Value,
  { kernel, stride }: Windows,
): Value {
  const { graph } = nodes;
  const settings = {
    scale: stride,
    less: stride.map((step, i) => step - kernel[i]!) as unknown as Pair,
  };
  const [rows, columns] = kernel.map((extent, i) => Math.ceil(extent / stride[i]!)) as [
    number,
    number,
  ];
  const sets = rows * columns;
  expectFew(sets, "windows over each element");
  if (sets === 1) return apply(graph, "unpool", role, [values, places], settings);
  const same = fixed(graph, role, values, 2), extents = values.shape.slice(2), width = extents[1]!;
  const parts = Array.from({ length: sets }, (_, set) => {
    const part = new LayerNodes(graph, `${role}/set${set}`);
    const isInside = (i: number) =>
      Math.floor(i / width) % rows * columns + i % width % columns === set;
    const scale = part.constant("inside", extents, (i) => isInside(i) ? 1 : 0);
    const offset = part.constant("outside", extents, (i) => isInside(i) ? 0 : -1);
    const own = part.add("affine", "places", [places, scale, offset], { axis: 2, terms: "both" });
    return part.add("unpool", "values", [same, own], settings);
  });
  return apply(graph, "eltwise", role, parts, {});
}
