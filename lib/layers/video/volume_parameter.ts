/**
 * The window settings of forks for videos, over time, rows and columns.
 *
 * C3D has one number for rows and columns, and one for the time; video-caffe lists all three.
 *
 * @see https://github.com/facebookarchive/C3D/blob/master/src/caffe/proto/caffe.proto
 * @see https://github.com/chuckcho/video-caffe
 * @module
 */
import {
  int64,
  message,
  type MessageOf,
  nested,
  repeated,
  uint32,
} from "../../../proto/message.ts";
import { type Shape, showShape } from "../../../runtime/tensor.ts";

const VolumeShape = message("BlobShape", { dim: repeated(int64(1)) });

/** The settings of windows. Caffe uses the forks' field numbers for other settings. */
export const windowFields = {
  kernel_size: uint32(0),
  kernel_depth: uint32(0),
  stride: uint32(0),
  temporal_stride: uint32(0),
  pad: uint32(0),
  temporal_pad: uint32(0),
  kernel_shape: nested(0, VolumeShape),
  stride_shape: nested(0, VolumeShape),
  pad_shape: nested(0, VolumeShape),
};

const WindowParameter = message("WindowParameter", windowFields);

type WindowParameter = MessageOf<typeof WindowParameter>;

/** @throws {TypeError} if it has not five axes. */
export function expectVideo(input: Shape): void {
  if (input.length === 5) return;
  throw new TypeError(`its input is ${showShape(input)}, not a video [N, C, T, H, W]`);
}

/** Numbers for time, rows and columns. */
export type Triple = readonly [time: number, rows: number, columns: number];

/** Kernel, stride and padding over time, rows and columns. */
export interface VolumeWindows {
  readonly kernel: Triple;
  readonly stride: Triple;
  readonly pad: Triple;
}

/**
 * The windows with all defaults.
 *
 * @throws {TypeError} if the kernel is missing, or a number is 0.
 */
export function volumeWindows(param: WindowParameter): VolumeWindows {
  const { kernel_size, kernel_depth, stride, temporal_stride, pad, temporal_pad } = param;
  const kernel = listed("kernel_shape", param) ?? triple(kernel_depth ?? 0, kernel_size ?? 0);
  const windows = {
    kernel,
    stride: listed("stride_shape", param) ?? triple(temporal_stride ?? 1, stride ?? 1),
    pad: listed("pad_shape", param) ?? triple(temporal_pad ?? 0, pad ?? 0),
  };
  if ([...windows.kernel, ...windows.stride].some((extent) => extent < 1)) {
    throw new TypeError(
      "it needs a kernel_size and a kernel_depth (or a kernel_shape of 3 dim), and strides of at " +
        "least 1",
    );
  }
  if (windows.pad.some((extent) => extent < 0)) {
    throw new TypeError(`its pad_shape is [${windows.pad.join(", ")}], but it must be at least 0`);
  }
  return windows;
}

function triple(depth: number, both: number): Triple {
  return [depth, both, both];
}

function listed(
  name: "kernel_shape" | "stride_shape" | "pad_shape",
  param: WindowParameter,
): Triple | undefined {
  const dims = param[name]?.dim;
  if (dims === undefined) return undefined;
  if (dims.length !== 3) {
    throw new TypeError(`its ${name} has ${dims.length} dim, but it needs 3: time, rows, columns`);
  }
  return [dims[0]!, dims[1]!, dims[2]!];
}
