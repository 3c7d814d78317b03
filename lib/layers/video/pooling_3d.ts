/**
 * Pooling over volumes `[N, C, T, H, W]`: Pooling3D in C3D, NdPooling in video-caffe.
 *
 * It is lowered to pooling over images, then over time. This is equivalent, as the number of elements
 * of a window is the product of its extents, also where it is cut off. With padding, the forks
 * disagree on the last window, and means of it are refused.
 *
 * @module
 */
import { enumeration, message } from "../../../proto/message.ts";
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

export const pooling3D = defineLayer({
  type: "Pooling3D",
  ops: ["pool2d", "reshape"],
  param: {
    name: "pooling_param",
    otherNames: ["pooling3d_param"],
    message: message("PoolingParameter", {
      pool: enumeration(0, { MAX: 0, AVE: 1, STOCHASTIC: 2 }, "MAX"),
      ...windowFields,
    }),
  },

  lower({ graph, name, param, bottoms: [bottom] }) {
    const windows = { ...volumeWindows(param), pool: param.pool, round: "ceil" } as const;
    return [poolVolume(graph, name, bottom!, windows)];
  },
});

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
