/**
 * Bundles that come in pieces.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Arrival } from "../../runtime/arrival.ts";
import { type Bundle, readBundle } from "../../runtime/bundle.ts";
import type { Numbers } from "../../runtime/engine.ts";
import type { Graph } from "../../runtime/graph.ts";

/** What has seen a bundle come, and what it told of it. */
interface Seen {
  readonly arrival: Arrival;
  readonly graph: Graph | undefined;
  readonly numbers: Numbers | undefined;
}

/**
 * Lets a bundle come in pieces.
 *
 * @param stays Whether they lie in one buffer from the beginning.
 */
export async function arrivalOf(bytes: Uint8Array<ArrayBuffer>, stays = false): Promise<Seen> {
  let graph: Graph | undefined, numbers: Numbers | undefined;
  const arrival = new Arrival([], (...told) => [graph, numbers] = told);
  for (let part = 1; part <= 7; part++) {
    const end = Math.ceil(part * bytes.length / 7);
    // A buffer that grows is another one each time.
    arrival.see(stays ? bytes.subarray(0, end) : bytes.slice(0, end), stays);
  }
  // Reading starts when the model has been read.
  await new Promise((resolve) => setTimeout(resolve));
  return { arrival, graph, numbers };
}

/** A bundle, which is the same, or the same failure, if it comes in pieces. */
export async function readBothWays(bytes: Uint8Array<ArrayBuffer>): Promise<Bundle> {
  const { arrival } = await arrivalOf(bytes);
  const [whole, arrived] = await Promise.allSettled([
    readBundle(bytes),
    (async () => await readBundle(bytes, undefined, [], arrival.constantsOf(bytes)))(),
  ]);
  assert.deepEqual(arrived, whole);
  if (whole.status === "rejected") throw whole.reason;
  return whole.value;
}
