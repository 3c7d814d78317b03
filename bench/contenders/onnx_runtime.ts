/**
 * ONNX Runtime: for the web, with WebGPU or WebAssembly, and as a native library.
 *
 * @module
 */
import { writeOnnx } from "../../lib/emit/onnx/onnx_model.ts";
import type { Contender } from "./contender.ts";

const version = "1.30.0";

/** `onnxruntime-web` with its WebGPU kernels. */
export const onnxRuntimeWebGpu: Contender = contender("web/webgpu", "webgpu", {
  preferredOutputLocation: "gpu-buffer",
});

/** `onnxruntime-web` with its WebAssembly kernels. */
export const onnxRuntimeWasm = (threads: number): Contender =>
  contender("web/wasm", "wasm", {}, threads);

/** `onnxruntime-node` on the CPU. */
export const onnxRuntimeNode = (threads: number): Contender =>
  contender("node", "cpu", { intraOpNumThreads: threads, interOpNumThreads: 1 }, threads);

function contender(
  part: string,
  provider: string,
  options: Readonly<Record<string, unknown>>,
  threads?: number,
): Contender {
  const [library, entry] = part.split("/") as [string, string?];
  return {
    name: ["onnxruntime-" + library, version, entry, threads && `${threads} threads`]
      .filter((word) => word !== undefined).join(" "),
    onGpu: provider === "webgpu",
    async open(graph) {
      const module = await import(
        `npm:onnxruntime-${library}@${version}${entry === undefined ? "" : `/${entry}`}`
      );
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
