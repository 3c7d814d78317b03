/**
 * The part that runs in the browser: fetches a bundle and its recording, and compares them.
 *
 * @module
 */
import { describeDevice, openDevice } from "../../runtime/gpu/device.ts";
import { compare, type Family, type Outcome, type Work } from "./compare.ts";

const device = await openDevice();

/** Runs the bundle that is served at `work/`. */
async function run(family: Family, input: readonly [string, readonly number[]] | undefined) {
  const [bundle, golden] = await Promise.all(
    ["bundle", "golden"].map(async (name) => await (await fetch(`work/${name}`)).bytes()),
  );
  const values = async ([name, shape]: readonly [string, readonly number[]]) => {
    const bytes = await (await fetch("work/input")).arrayBuffer();
    return [name, { shape, data: new Float32Array(bytes) }] as const;
  };
  const work: Work = { bundle: bundle!, golden: golden!, input: input && await values(input) };
  return await compare(device, family, work);
}

declare global {
  /** The interface for the driver of the browser. */
  var adapters: {
    readonly description: string;
    readonly run: (...parameters: Parameters<typeof run>) => Promise<Outcome>;
  };
}

globalThis.adapters = { description: describeDevice(device), run };
