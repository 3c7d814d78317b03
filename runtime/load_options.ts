/**
 * The options of `Network.load`.
 *
 * @module
 */
import { showArgument } from "./show_argument.ts";
import type { ChooseKernel } from "./ops/traits.ts";
import type { CustomOp } from "./ops/op.ts";

/** Options of `Network.load`. */
export interface LoadOptions {
  /**
   * Where it runs: on the `"gpu"`; on the `"cpu"`, with WebAssembly kernels; in the slow
   * `"reference"` implementation; or on an open `GPUDevice`, which stays open when the network is
   * destroyed. WebGPU's default limits suffice; a device in compatibility mode needs 256 as
   * `maxComputeInvocationsPerWorkgroup` and `maxComputeWorkgroupSizeX`. By default the GPU, or the
   * CPU where the only GPU is a software one or there is none.
   */
  readonly device?: "gpu" | "cpu" | "reference" | GPUDevice;
  /**
   * The number of threads on the CPU. By default as many as it has, or one where memory cannot be
   * shared (in pages that are not cross-origin isolated) or there are no web workers (in Node).
   * With one, the calling thread computes.
   */
  readonly threads?: number;
  /**
   * The precision in which the GPU stores the weights of convolutions and fully connected layers:
   * `"float16"` takes half of the memory, `"int8"`, with one scale per output channel, a quarter.
   * Weights that the bundle has in that precision stay exact, others are rounded to it (float16
   * overflows to infinity above 65504); with `"int8"`, those of deconvolutions are stored in
   * float16. Sums are in float32.
   */
  readonly gpuWeights?: "float32" | "float16" | "int8";
  /**
   * The precision in which the GPU stores activations between convolutions, pooling, fully
   * connected layers and what lies between them: `"float16"` takes half of the memory and of the
   * bandwidth. Numbers are rounded when they are stored, and clamped to ±65504. Arithmetic is in
   * float32, and so are inputs, outputs and the inputs of other layers.
   */
  readonly gpuActivations?: "float32" | "float16";
  /**
   * Chooses the GPU kernel if there are several for the same work, by measurements of `--autotune` of
   * the command line, or of `autotune` of the converter's module.
   */
  readonly chooseKernel?: ChooseKernel;
  /** Receives the notice that the CPU is used because there is no GPU; by default the console. */
  readonly onNotice?: (notice: string) => void;
  /** The ops that the network needs beside the runtime's own. */
  readonly ops?: readonly CustomOp[];
  /**
   * The name of a cache (Cache API) for fetched bundles; by default nothing is cached. Pages have that
   * API if they are served over https or from localhost; Node has none.
   */
  readonly cache?: string;
  /** Receives the progress of loading, which ends with any error that it throws. */
  readonly onProgress?: (progress: Progress) => void;
}

/** The options with a fixed set of values. */
const choices = {
  device: "gpu, cpu, reference or a GPUDevice",
  gpuWeights: "float32, float16 or int8",
  gpuActivations: "float32 or float16",
};

/**
 * Refuses options of unknown values.
 *
 * @throws {TypeError} naming the option and its possible values.
 */
export function checkOptions(options: LoadOptions): void {
  for (const [name, allowed] of Object.entries(choices)) {
    const value = options[name as keyof typeof choices];
    const isDevice = name === "device" && (value as GPUDevice | null)?.createBuffer;
    if (value === undefined || isDevice || allowed.split(/, | or /).includes(value as string)) {
      continue;
    }
    throw new TypeError(
      `Cannot load the network: its ${name} is ${showArgument(value)}, not ${allowed}`,
    );
  }
}

/** The progress of loading. */
export interface Progress {
  /** `"download"` counts bytes, `"read"` counts constants. */
  readonly stage: "download" | "read";
  /** The number so far. */
  readonly done: number;
  /** The total; `undefined` if it is not known. */
  readonly total: number | undefined;
}
