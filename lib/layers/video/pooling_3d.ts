/**
 * Pooling over volumes `[N, C, T, H, W]`: Pooling3D in C3D, NdPooling in video-caffe. The Pooling3D of
 * 3D Faster R-CNN has settings for length, height and width, and takes maxima whatever its `pool` says.
 *
 * It is lowered to pooling over images, then over time. This is equivalent, as the number of elements
 * of a window is the product of its extents, also where it is cut off. With padding, the forks
 * disagree on the last window, and means of it are refused.
 *
 * @see https://github.com/superxuang/caffe_3d_faster_rcnn/blob/master/src/caffe/layers/pooling3d_layer.cpp
 * @module
 */
import { enumeration, message, type MessageOf, uint32 } from "../../../proto/message.ts";
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { showShape } from "../../../runtime/tensor.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer, type Layer } from "../layer.ts";
import {
  expectVideo,
  type VolumeWindows,
  volumeWindows,
  windowFields,
} from "./volume_parameter.ts";

const PoolingParameter = message("PoolingParameter", {
  pool: enumeration(0, { MAX: 0, AVE: 1, STOCHASTIC: 2 }, "MAX"),
  ...windowFields,
  /** Of 3D Faster R-CNN. */
  kernel_l: uint32(0),
  kernel_h: uint32(0, 0),
  kernel_w: uint32(0, 0),
  stride_l: uint32(0),
  stride_h: uint32(0),
  stride_w: uint32(0),
  pad_l: uint32(0),
  pad_h: uint32(0),
  pad_w: uint32(0),
});

export const pooling3D = defineLayer({
  type: "Pooling3D",
  ops: ["pool2d", "reshape"],
  param: {
    name: "pooling_param",
    otherNames: ["pooling3d_param", "pooling_3d_param"],
    message: PoolingParameter,
  },

  lower({ graph, name, param, bottoms: [bottom] }) {
    const windows = sidedWindows(param) ?? volumeWindows(param);
    const pooling = { ...windows, pool: param.pool, round: "ceil" } as const;
    return [poolVolume(graph, name, bottom!, pooling)];
  },
});

/**
 * The windows of settings for length, height and width, if there are any.
 *
 * @throws {TypeError} if an extent is 0, or the fork would not do what `pool` says.
 */
function sidedWindows(param: MessageOf<typeof PoolingParameter>): VolumeWindows | undefined {
  const { kernel_l, kernel_h, kernel_w, stride = 1, pad = 0, pool } = param;
  if (kernel_l === undefined) return undefined;
  const windows = {
    kernel: [kernel_l, kernel_h, kernel_w],
    stride: [param.stride_l ?? stride, param.stride_h ?? stride, param.stride_w ?? stride],
    pad: [param.pad_l ?? pad, param.pad_h ?? pad, param.pad_w ?? pad],
  } as const;
  if ([...windows.kernel, ...windows.stride].includes(0)) {
    throw new TypeError("it needs a kernel_l, kernel_h and kernel_w, and strides, of at least 1");
  }
  if (pool !== "MAX") throw new TypeError(`its pool is ${pool}, but with kernel_l it must be MAX`);
  return windows;
}

export const ndPooling: Layer = { ...pooling3D, type: "NdPooling" };

/** The settings of pooling over a volume. */
interface VolumePooling extends VolumeWindows {
  readonly pool: "MAX" | "AVE" | "STOCHASTIC";
  readonly round: "ceil" | "floor";
}

/**
 * Pools a volume.
 *
 * @throws {TypeError} if the method is not supported.
 */
export function poolVolume(
  graph: GraphBuilder,
  name: string,
  bottom: Value,
  { pool, round, kernel, stride, pad }: VolumePooling,
): Value {
  const [, channels, depth] = bottom.shape;
  expectVideo(bottom.shape);
  if (pool === "STOCHASTIC") {
    throw new TypeError("its pool is STOCHASTIC, but over volumes only MAX and AVE are supported");
  }
  if (pool === "AVE" && pad.some((extent) => extent > 0)) {
    throw new TypeError(
      `its pad is ${showShape(pad)}, but over volumes AVE is supported without padding only`,
    );
  }
  const method = pool === "AVE" ? "average" : "max";
  const images = apply(graph, "reshape", `${name}/images`, [fixed(graph, name, bottom, 2)], {
    shape: [-1],
    axis: 1,
    numAxes: 2,
  });
  const small = apply(graph, "pool2d", `${name}/small`, [images], {
    method,
    round,
    kernel: [kernel[1], kernel[2]],
    stride: [stride[1], stride[2]],
    pad: [pad[1], pad[2]],
  });
  const [rows, columns] = small.shape.slice(2) as [number, number];
  const lines = apply(graph, "reshape", `${name}/lines`, [small], {
    shape: [channels!, depth!, rows * columns],
    axis: 1,
  });
  const short = apply(graph, "pool2d", `${name}/short`, [lines], {
    method,
    round,
    kernel: [kernel[0], 1],
    stride: [stride[0], 1],
    pad: [pad[0], 0],
  });
  return apply(graph, "reshape", name, [short], { shape: [rows, columns], axis: 3, numAxes: 1 });
}
