/**
 * This runtime.
 *
 * @module
 */
import type { Graph } from "../../runtime/graph.ts";
import { Network } from "../../runtime/network.ts";
import { writeBundle } from "../../lib/emit/bundle.ts";
import { median } from "../measure.ts";
import type { Contender } from "./contender.ts";

/** This runtime on a device, with so many threads if it is the CPU. */
export function kaffe(
  name: string,
  device: "gpu" | "cpu",
  threads = navigator.hardwareConcurrency,
): Contender {
  return {
    name,
    onGpu: device === "gpu",
    async open(graph) {
      const network = await Network.load(bundleOf(graph), { device, threads });
      const [input, output] = [network.inputs[0]!.name, network.outputs[0]!];
      return {
        async run(tensor, times) {
          const runs = Array.from({ length: times }, () => network.run({ [input]: tensor }));
          return (await Promise.all(runs)).at(-1)![output]!.data;
        },
        ...device === "cpu" ? {} : {
          gpu: async (tensor) => {
            const totals: number[] = [];
            for (let i = 0; i < 5; i++) {
              const rows = await network.profile({ [input]: tensor });
              totals.push(rows.reduce((sum, { milliseconds }) => sum + milliseconds, 0));
            }
            return median(totals);
          },
        },
        close: () => network.destroy(),
      };
    },
  };
}

/** The graph as a bundle. */
export function bundleOf(graph: Graph): Blob {
  return new Blob([...writeBundle({ graph })] as Uint8Array<ArrayBuffer>[]);
}
