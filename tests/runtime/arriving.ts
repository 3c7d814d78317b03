/**
 * Bundles that come in pieces.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Arrival } from "../../runtime/arrival.ts";
import { type Bundle, readBundle } from "../../runtime/bundle.ts";
import type { Graph } from "../../runtime/graph.ts";

/** What has seen a bundle come in pieces, and the graph that it told, after all has been read. */
export async function arrivalOf(
  bytes: Uint8Array<ArrayBuffer>,
): Promise<{ arrival: Arrival; graph: Graph | undefined }> {
  let graph: Graph | undefined;
  const arrival = new Arrival([], (told) => graph = told);
  // A buffer that grows is another one each time.
  for (let part = 1; part <= 7; part++) {
    arrival.see(bytes.slice(0, Math.ceil(part * bytes.length / 7)));
  }
  // Reading starts when the model has been read.
  await new Promise((resolve) => setTimeout(resolve));
  return { arrival, graph };
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
