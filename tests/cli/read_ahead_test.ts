import assert from "node:assert/strict";
import { readAhead } from "../../cli/read_ahead.ts";

Deno.test("a batch is read while the caller waits for the one before it, and only then", async () => {
  const events: string[] = [];
  const begun = [0, 1, 2].map(() => Promise.withResolvers<void>());
  const read = (batch: number) => {
    events.push(`read ${batch}`);
    begun[batch]!.resolve();
    return Promise.resolve(10 * batch);
  };
  for await (const numbers of readAhead([0, 1, 2], read)) {
    events.push(`use ${numbers}`);
    await begun[numbers / 10 + 1]?.promise;
  }
  assert.deepEqual(events, ["read 0", "use 0", "read 1", "use 10", "read 2", "use 20"]);
  for await (const _ of readAhead([], read)) assert.fail();
});

/** Reads numbers, of which 1 is refused. */
const refuse1 = (batch: number) =>
  batch === 1 ? Promise.reject(new Error("1 cannot be read")) : Promise.resolve(batch);

Deno.test("the error of a batch is thrown after those before it were used", async () => {
  const used: number[] = [];
  await assert.rejects(async () => {
    for await (const batch of readAhead([0, 1, 2], refuse1)) {
      used.push(batch);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }, /^Error: 1 cannot be read$/);
  assert.deepEqual(used, [0]);
});

Deno.test("a caller that stops does not hear of the next batch's error", async () => {
  for await (const _ of readAhead([0, 1], refuse1)) break;
  await new Promise((resolve) => setTimeout(resolve, 5));
});
