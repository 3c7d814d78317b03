/**
 * The host's time of a run on the GPU: all that happens from the call until its commands are
 * submitted, the upload of the input included.
 *
 * @module
 */
import { medianOf } from "../cli/measure.ts";
import { openDevice } from "../runtime/gpu/device.ts";
import { GpuEngine } from "../runtime/gpu/engine.ts";
import { resultsOf } from "../runtime/graph.ts";
import type { Traits } from "../runtime/ops/traits.ts";
import { asHardware } from "../tests/traits.ts";
import type { Race } from "./networks.ts";

/** Runs before the measured ones, and measured runs. */
const before = 20, measured = 200;

/** The median milliseconds of the host with this adapter's kernels, and with a large GPU's. */
export async function timeHost({ graph, input }: Race): Promise<Readonly<Record<string, number>>> {
  return {
    "this adapter's kernels": await timeWith({}, graph, input),
    "a large GPU's kernels": await timeWith(asHardware, graph, input),
  };
}

async function timeWith(
  traits: Partial<Traits>,
  graph: Race["graph"],
  input: Race["input"],
): Promise<number> {
  const device = await openDevice(), engine = new GpuEngine(device, true, traits);
  const program = await engine.prepare(graph, resultsOf(graph));
  // Nothing is executed: a software adapter would take seconds for kernels of other GPUs.
  let end = 0;
  device.queue.submit = () => void (end = performance.now());
  const times: number[] = [];
  for (let run = 0; run < before + measured; run++) {
    const start = performance.now();
    await program.run([input]);
    times.push(end - start);
  }
  program.destroy();
  engine.destroy();
  return medianOf(times.slice(before));
}
