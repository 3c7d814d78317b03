/**
 * This runtime.
 *
 * @module
 */
import { autotune, chooseFrom } from "../../lib/autotune.ts";
import { writeBundle } from "../../lib/emit/bundle.ts";
import type { Graph } from "../../runtime/graph.ts";
import type { LoadOptions } from "../../runtime/load_options.ts";
import { Network } from "../../runtime/network.ts";
import { count, type Tensor } from "../../runtime/tensor.ts";
import { medianOf } from "../../cli/medians.ts";
import type { Contender } from "./contender.ts";

/** This runtime on the GPU, with the default or autotuned kernels. */
export function kaffeGpu(name: string, kernels: "default" | "autotuned"): Contender {
  return contender(name, "gpu", async (graph) => {
    const bundle = bundleOf(graph);
    const open = (options: LoadOptions = {}) => Network.load(bundle, { device: "gpu", ...options });
    if (kernels === "default") return await open();
    const [{ name, shape }] = graph.inputs as [Graph["inputs"][0]];
    const data = { shape, data: new Float32Array(count(shape)) };
    const choices = await autotune(
      (chooseKernel) => open({ chooseKernel }),
      () => ({ [name]: data }),
    );
    return await open({ chooseKernel: chooseFrom(choices) });
  });
}

/** This runtime on the CPU. */
export function kaffeCpu(name: string, threads = navigator.hardwareConcurrency): Contender {
  return contender(name, "cpu", (graph) => {
    return Network.load(bundleOf(graph), { device: "cpu", threads });
  });
}

function contender(
  name: string,
  device: "gpu" | "cpu",
  load: (graph: Graph) => Promise<Network>,
): Contender {
  return {
    name,
    onGpu: device === "gpu",
    async open(graph) {
      const network = await load(graph);
      const [input, output] = [network.inputs[0]!.name, network.outputs[0]!];
      return {
        async run(tensor, times) {
          const runs = Array.from({ length: times }, () => network.run({ [input]: tensor }));
          return (await Promise.all(runs)).at(-1)![output]!.data;
        },
        ...device === "gpu" && { gpu: (tensor) => gpuTime(network, { [input]: tensor }) },
        close: () => network.destroy(),
      };
    },
  };
}

/** The median GPU time of a run, in milliseconds. */
async function gpuTime(network: Network, inputs: Record<string, Tensor>): Promise<number> {
  const totals: number[] = [];
  for (let i = 0; i < 5; i++) {
    const rows = await network.profile(inputs);
    totals.push(rows.reduce((sum, { milliseconds }) => sum + milliseconds, 0));
  }
  return medianOf(totals);
}

/** The graph as a bundle. */
export function bundleOf(graph: Graph): Blob {
  return new Blob([...writeBundle({ graph })]);
}
