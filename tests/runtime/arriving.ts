/**
 * Simulates the download of a bundle in parts.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Arrival } from "../../runtime/bundle/arrival.ts";
import { type Bundle, readBundle } from "../../runtime/bundle/bundle.ts";
import type { Numbers } from "../../runtime/engine.ts";
import type { Graph } from "../../runtime/graph.ts";

/** An arrival, and the arguments of its callback. */
interface Received {
  readonly arrival: Arrival;
  readonly graph: Graph | undefined;
  readonly numbers: Numbers | undefined;
}

/**
 * Receives a bundle in parts.
 *
 * @param stays Whether all parts are in one preallocated buffer.
 */
export async function arrivalOf(bytes: Uint8Array<ArrayBuffer>, stays = false): Promise<Received> {
  let graph: Graph | undefined, numbers: Numbers | undefined;
  const arrival = new Arrival([], (...received) => [graph, numbers] = received);
  for (let part = 1; part <= 7; part++) {
    const end = Math.ceil(part * bytes.length / 7);
    // A growing buffer is reallocated each time.
    arrival.see(stays ? bytes.subarray(0, end) : bytes.slice(0, end), stays);
  }
  // Constants are read after the model has been parsed.
  await new Promise((resolve) => setTimeout(resolve));
  return { arrival, graph, numbers };
}

/** Reads a bundle, and asserts that the result or the error is the same if it is received in parts. */
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
