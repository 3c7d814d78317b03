/**
 * UnPooling: three forks have layers of this name, which their settings tell apart.
 *
 * - With `unpool` MAX, AVE or TILE it is DeconvNet's Unpooling.
 * - With FIXED, DIV or REP and an `out_kernel_size`, each value goes to the middle of its window,
 *   is distributed evenly in it, or repeated; where windows overlap, DIV and REP take the mean.
 * - With a `pooling_param`, each value is repeated in its window; where windows overlap, AVE takes the
 *   mean, and MAX the minimum.
 *
 * @see https://github.com/xieguotian/caffe/blob/master/src/caffe/layers/unpooling_layer.cpp
 * @see https://github.com/FuchenUSTC/caffe-hash/blob/master/src/caffe/layers/unpooling_layer.cpp
 * @module
 */
import { enumeration, message, optionalEnumeration, uint32 } from "../../../proto/message.ts";
import type { Value } from "../../../runtime/graph.ts";
import type { Pair } from "../../../runtime/ops/attribute.ts";
import { count, expectImage, showShape } from "../../../runtime/tensor.ts";
import { defineLayer, type LayerInstance } from "../layer.ts";
import { spread, type Windows } from "./spread.ts";
import { unpooling } from "./unpooling.ts";

/** The settings of the fork with FIXED, DIV and REP. */
const outParam = {
  name: "unpooling_param",
  message: message("UnPoolingParameter", {
    unpool: optionalEnumeration(0, { FIXED: 0, DIV: 1, REP: 2, MAX: 3, AVE: 4, TILE: 5 }),
    ...sizesCalled("out_"),
    ...sizesCalled(""),
    unpool_size: uint32(0),
    unpool_h: uint32(0),
    unpool_w: uint32(0),
  }),
};

const poolingParam = {
  name: "pooling_param",
  number: 121,
  message: message("PoolingParameter", {
    pool: enumeration(0, { MAX: 0, AVE: 1 }, "MAX"),
    ...sizesCalled(""),
  }),
};

export const unPooling = defineLayer({
  type: "UnPooling",
  ops: ["deconv2d", "unpool"],
  param: outParam,
  bottoms: [1, 2],

  lower(instance) {
    const { layer, param: { unpool, ...sizes } } = instance;
    if (layer.hasParam(poolingParam)) {
      return repeated(instance, windowsOf("", layer.param(poolingParam)));
    }
    const isDeconvNet = unpool === "MAX" || unpool === "AVE" || unpool === "TILE";
    const hasOut = Object.entries(sizes).some(([name, size]) =>
      name.startsWith("out_") && size !== undefined
    );
    if (isDeconvNet || unpool === undefined && !hasOut) {
      if (hasOut) {
        throw new TypeError(
          `its unpool is ${unpool}, but with an out_kernel_size it must be FIXED, DIV or REP`,
        );
      }
      return unpooling.lower!({ ...instance, param: layer.param(unpooling.param!) });
    }
    if (unpool === undefined) {
      throw new TypeError(
        "it has no unpool, but needs one with an out_kernel_size: FIXED, DIV or REP",
      );
    }
    const windows = windowsOf("out_", sizes);
    if (unpool === "REP") return repeated(instance, windows);
    const { kernel } = windows, [height, width] = kernel;
    if (unpool === "DIV") return repeated(instance, windows, 1 / count(kernel));
    const middle = ((height - 1) >> 1) * width + ((width - 1) >> 1);
    return [filled(instance, windows, (i) => i === middle ? 1 : 0)];
  },
});

/** Each value times `factor` in its whole window. */
function repeated(
  instance: LayerInstance<unknown>,
  windows: Windows,
  factor = 1,
): readonly Value[] {
  const { kernel, stride } = windows;
  if (kernel.some((extent, axis) => extent > stride[axis]!)) {
    throw new TypeError(
      `its windows are ${showShape(kernel)} with a stride of ${showShape(stride)}, but only ` +
        "windows that do not overlap are supported",
    );
  }
  return [filled(instance, windows, () => factor)];
}

function filled(
  { graph, name, bottoms }: LayerInstance<unknown>,
  windows: Windows,
  share: (index: number) => number,
): Value {
  if (bottoms.length > 1) {
    throw new TypeError(
      "it has 2 bottoms, but with these settings it needs 1; the fork that computes the windows " +
        "from a second bottom is not supported",
    );
  }
  const [bottom] = bottoms;
  expectImage(bottom!.shape);
  return spread(graph, name, bottom!, windows, share);
}

type Prefix = "" | "out_";

/** The fields of windows, whose names start with a prefix. */
function sizesCalled<P extends Prefix>(prefix: P) {
  const names = [
    "kernel_size",
    "kernel_h",
    "kernel_w",
    "stride",
    "stride_h",
    "stride_w",
    "pad",
    "pad_h",
    "pad_w",
  ] as const;
  type Names = `${P}${(typeof names)[number]}`;
  const fields = names.map((name) => [`${prefix}${name}`, uint32(0)]);
  return Object.fromEntries(fields) as Record<Names, ReturnType<typeof uint32>>;
}

/** The windows with all defaults. */
function windowsOf(prefix: Prefix, param: Readonly<Record<string, unknown>>): Windows {
  const pair = (name: string, suffix: string, fallback?: number): Pair | undefined => {
    const read = (field: string) => param[`${prefix}${field}`] as number | undefined;
    const both = read(name + suffix) ?? fallback;
    const height = read(`${name}_h`) ?? both, width = read(`${name}_w`) ?? both;
    return height === undefined || width === undefined ? undefined : [height, width];
  };
  const kernel = pair("kernel", "_size"),
    stride = pair("stride", "", 1)!,
    pad = pair("pad", "", 0)!;
  if (kernel === undefined || Math.min(...kernel, ...stride) < 1) {
    throw new TypeError(
      `it must have ${prefix}kernel_size and ${prefix}stride of at least 1`,
    );
  }
  if (pad.some((extent) => extent > 0)) {
    throw new TypeError(`its ${prefix}pad is ${showShape(pad)}, but only 0 is supported`);
  }
  return { kernel, stride };
}
