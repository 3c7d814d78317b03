/**
 * ONNX Runtime: for the web, with WebGPU or WebAssembly, and as a native library.
 *
 * @module
 */
import { writeOnnx } from "../../lib/emit/onnx/onnx_model.ts";
import type { Contender } from "./contender.ts";

const version = "1.30.0";

/** A package of ONNX Runtime, and how it is used. */
interface Variant {
  readonly library: "onnxruntime-web" | "onnxruntime-node";
  /** The module of the package, if it has several. */
  readonly entry?: "webgpu" | "wasm";
  readonly provider: "webgpu" | "wasm" | "cpu";
  /** The options of a session. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly threads?: number;
}

/** `onnxruntime-web` with its WebGPU kernels. */
export const onnxRuntimeWebGpu: Contender = contender({
  library: "onnxruntime-web",
  entry: "webgpu",
  provider: "webgpu",
  options: { preferredOutputLocation: "gpu-buffer" },
});

/** `onnxruntime-web` with its WebAssembly kernels. */
export const onnxRuntimeWasm = (threads: number): Contender =>
  contender({ library: "onnxruntime-web", entry: "wasm", provider: "wasm", threads });

/** `onnxruntime-node` on the CPU. */
export const onnxRuntimeNode = (threads: number): Contender =>
  contender({
    library: "onnxruntime-node",
    provider: "cpu",
    options: { intraOpNumThreads: threads, interOpNumThreads: 1 },
    threads,
  });

function contender({ library, entry, provider, options, threads }: Variant): Contender {
  return {
    name: [library, version, entry, threads && `${threads} threads`]
      .filter((word) => word !== undefined).join(" "),
    onGpu: provider === "webgpu",
    async open(graph) {
      const path = entry === undefined ? "" : `/${entry}`;
      const module = await import(`npm:${library}@${version}${path}`);
      const ort = module.default?.InferenceSession ? module.default : module;
      if (entry !== undefined) ort.env.wasm.numThreads = threads ?? 1;
      const bytes = await new Blob([...writeOnnx({ graph })]).bytes();
      const session = await ort.InferenceSession.create(bytes, {
        executionProviders: [provider],
        ...options,
      });
      const [input, output] = [session.inputNames[0], session.outputNames[0]];
      return {
        async run({ shape, data }, times) {
          let results;
          for (let i = 0; i < times; i++) {
            results?.[output].dispose();
            results = await session.run({ [input]: new ort.Tensor("float32", data, shape) });
          }
          // The output is read back from the GPU once, and freed.
          return await results[output].getData(true);
        },
        close: () => session.release(),
      };
    },
  };
}
