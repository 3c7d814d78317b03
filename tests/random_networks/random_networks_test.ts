/**
 * Random networks of a few seeds with all executors; `hunt.ts` runs thousands.
 */
import assert from "node:assert/strict";
import { differences } from "./compare.ts";
import { executors } from "./executors.ts";
import { grow } from "./network.ts";
import { checkBatch } from "./rewritten.ts";

const networks = [5, 20, 34, 45, 89, 139].map((seed) => grow(seed, 8));

Deno.test("more than 40 blobs of the random networks are compared", () => {
  const compared = networks.flatMap(({ noise }) => [...noise.values()].filter((one) => one < 1e-5));
  assert(compared.length > 40, `${compared.length} blobs`);
});

for (const [name, run] of executors) {
  Deno.test(`random networks equal the reference: ${name}`, async () => {
    for (const network of networks) {
      for (const answers of await run(network)) {
        assert.deepEqual(differences(network, answers), [], `seed ${network.seed}`);
      }
    }
  });
}

Deno.test("random networks for another batch size equal a conversion for it", () => {
  for (const network of networks) checkBatch(network, 4);
});
