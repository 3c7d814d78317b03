/**
 * How a network is loaded: where it runs, what it needs beside its bundle, and who is told.
 *
 * @module
 */
import { said } from "./given.ts";
import type { ChooseKernel } from "./ops/fours/layout.ts";
import type { CustomOp } from "./ops/op.ts";

/** How a network is loaded. */
export interface LoadOptions {
  /**
   * Where it runs: on the `"gpu"`; on the `"cpu"`, with kernels in WebAssembly; in plain loops, the
   * `"reference"`, which are slow; or on a device that is open already and stays open when the
   * network is destroyed. WebGPU's default limits do for it; one of a compatibility adapter needs
   * 256 as `maxComputeInvocationsPerWorkgroup` and `maxComputeWorkgroupSizeX`. Without it, the GPU is
   * taken, or the CPU where there is no GPU but a software one.
   */
  readonly device?: "gpu" | "cpu" | "reference" | GPUDevice;
  /**
   * How many threads the CPU runs it on: as many as it has, or one where memory cannot be shared
   * (in pages that are not cross-origin isolated) or there are no web workers (in Node). One thread is
   * the calling one.
   */
  readonly threads?: number;
  /**
   * How the GPU keeps the weights of convolutions and fully connected layers, to be expanded as they
   * are read: `"float16"` takes half of the memory, `"int8"`, with one scale an output, a quarter.
   * Weights that the bundle has in that precision stay the same numbers, others are rounded to it
   * (above 65504, float16 has only infinity); those of deconvolutions are kept in float16 where
   * `"int8"` is asked for. Sums are still made in float32.
   */
  readonly gpuWeights?: "float32" | "float16" | "int8";
  /**
   * How the GPU keeps what convolutions, pooling and fully connected layers, and what lies between
   * them, give each other: `"float16"` takes half of the memory, and half of the time to move it.
   * Numbers are rounded as they are written, those beyond ±65504 to that. Everything is computed in
   * float32, and inputs, outputs and what other layers read stay so.
   */
  readonly gpuActivations?: "float32" | "float16";
  /**
   * Chooses between the GPU's kernels where there are several for the same work: what `--autotune`
   * of the command line has measured, or `autotune` of the converter's module.
   */
  readonly chooseKernel?: ChooseKernel;
  /** Is told when the CPU is taken because there is no GPU; else the console is. */
  readonly onNotice?: (notice: string) => void;
  /** The ops that the network needs beside the runtime's own. */
  readonly ops?: readonly CustomOp[];
  /**
   * The name of a cache (of the Cache API) that keeps what is fetched from an address, and gives it
   * the next time; without it nothing is kept. Pages have that API if they come over https or from
   * localhost; Node has none.
   */
  readonly cache?: string;
  /** Is told how loading goes. */
  readonly onProgress?: (progress: Progress) => void;
}

/** What options take, where that is one of some words. */
const choices = {
  device: "gpu, cpu, reference or a GPUDevice",
  gpuWeights: "float32, float16 or int8",
  gpuActivations: "float32 or float16",
};

/**
 * Refuses what options do not take.
 *
 * @throws {TypeError} if there is any.
 */
export function checkOptions(options: LoadOptions): void {
  for (const [name, taken] of Object.entries(choices)) {
    const value = options[name as keyof typeof choices];
    const isDevice = name === "device" && (value as GPUDevice | null)?.createBuffer;
    if (value === undefined || isDevice || taken.split(/, | or /).includes(value as string)) {
      continue;
    }
    throw new TypeError(`Cannot load the network: its ${name} is ${said(value)}, not ${taken}`);
  }
}

/** How far loading has come. */
export interface Progress {
  /** `"download"` counts bytes, `"read"` counts constants. */
  readonly stage: "download" | "read";
  /** How many have come. */
  readonly done: number;
  /** How many there are; `undefined` if nobody knows. */
  readonly total: number | undefined;
}
