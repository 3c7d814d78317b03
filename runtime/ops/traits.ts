/**
 * What kernels are chosen by: the device, and how it is to keep tensors.
 *
 * @module
 */

/** What the planner and the kernels need to know about the device. */
export interface Traits {
  /** Whether the adapter is a software one: loads are expensive, and threads few. */
  readonly software: boolean;
  /**
   * The most quads that a thread of a hardware GPU should accumulate. A kernel needs two to three
   * times as many registers in all; what exceeds those of the thread is spilled to memory.
   */
  readonly accumulators: number;
  /** How many workgroups keep a hardware GPU busy. */
  readonly concurrency: number;
  /** The most rows of a storage texture to read from; 0 if shaders should read buffers. */
  readonly textureRows: number;
  /** The largest binding in bytes: a tensor that would be larger in NHWC4 stays in NCHW. */
  readonly bindable: number;
  /** The storage format of weights; shaders widen them to float32 as they load them. */
  readonly weights: "float32" | "float16" | "int8";
  /** The storage format of tensors in NHWC4; arithmetic is in float32. */
  readonly activations: "float32" | "float16";
  /** The device's name. */
  readonly device: string;
  /** Chooses between kernels; without it, the first is taken. */
  readonly choose?: ChooseKernel | undefined;
}

/**
 * Chooses the kernel for a piece of work.
 *
 * @param work The work as text: settings and shapes.
 * @param kernels The names of the kernels that can do it; the first is the default.
 * @param device The device's name.
 * @returns One of the names. With any other answer, the default is taken.
 */
export type ChooseKernel = (
  work: string,
  kernels: readonly string[],
  device: string,
) => string | undefined;
