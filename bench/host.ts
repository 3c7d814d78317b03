/**
 * The host's time of a run on the GPU: all that happens from the call until its commands are
 * submitted, the upload of the input included.
 *
 * @module
 */
import { medianOf } from "../cli/medians.ts";
import { openDevice } from "../runtime/gpu/device.ts";
import { GpuEngine } from "../runtime/gpu/engine.ts";
import { resultsOf } from "../runtime/graph.ts";
import type { Traits } from "../runtime/ops/traits.ts";
import { asHardware } from "../tests/traits.ts";
import type { Race } from "./networks.ts";

/** How the kernels of a program run while the host is measured. */
interface Runs {
  /** The planner's traits, if they are not the adapter's own. */
  readonly traits: Partial<Traits>;
  /** Whether the commands are executed; if not, only the uploads are. */
  readonly executed: boolean;
  /** The number of runs before the measured ones, and of these. */
  readonly before: number;
  readonly measured: number;
}

const own: Runs = { traits: {}, executed: true, before: 5, measured: 40 };
/** A software adapter would take seconds for the kernels of other GPUs. */
const hardware: Runs = { traits: asHardware, executed: false, before: 20, measured: 200 };

/** The median milliseconds of the host with this adapter's kernels, and with a large GPU's. */
export async function timeHost({ graph, input }: Race): Promise<Readonly<Record<string, number>>> {
  return {
    "this adapter's kernels": await timeWith(own, graph, input),
    "a large GPU's kernels": await timeWith(hardware, graph, input),
  };
}

async function timeWith(
  { traits, executed, before, measured }: Runs,
  graph: Race["graph"],
  input: Race["input"],
): Promise<number> {
  const device = await openDevice(), engine = new GpuEngine(device, true, traits);
  const program = await engine.prepare(graph, resultsOf(graph));
  const submit = device.queue.submit.bind(device.queue);
  let end = 0;
  device.queue.submit = (commands) => {
    end = performance.now();
    submit(executed ? commands : []);
  };
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
