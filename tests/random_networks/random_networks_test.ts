/**
 * Random networks of a few seeds in every way there is to compute them; `hunt.ts` runs thousands.
 */
import assert from "node:assert/strict";
import { faults } from "./compare.ts";
import { executors } from "./executors.ts";
import { grow } from "./network.ts";
import { checkBatch } from "./rewritten.ts";

const networks = [5, 20, 34, 45, 89, 139].map((seed) => grow(seed, 8));

Deno.test("random networks have outputs to compare", () => {
  const steady = networks.flatMap(({ noise }) => [...noise.values()].filter((one) => one < 1e-5));
  assert(steady.length > 40, `${steady.length} blobs`);
});

for (const [name, run] of executors) {
  Deno.test(`random networks give the same: ${name}`, async () => {
    for (const network of networks) {
      for (const answers of await run(network)) {
        assert.deepEqual(faults(network, answers), [], `seed ${network.seed}`);
      }
    }
  });
}

Deno.test("random networks accept another batch size", () => {
  for (const network of networks) checkBatch(network, 4);
});
