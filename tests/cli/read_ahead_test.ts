import assert from "node:assert/strict";
import { readAhead } from "../../cli/read_ahead.ts";

Deno.test("a batch is read while the caller waits for the one before it, and only then", async () => {
  const events: string[] = [];
  const begun = [0, 1, 2].map(() => Promise.withResolvers<void>());
  const read = ([item]: readonly number[]) => {
    events.push(`read ${item}`);
    begun[item!]!.resolve();
    return Promise.resolve(10 * item!);
  };
  for await (const number of readAhead([0, 1, 2], 1, read)) {
    events.push(`use ${number}`);
    await begun[number / 10 + 1]?.promise;
  }
  assert.deepEqual(events, ["read 0", "use 0", "read 1", "use 10", "read 2", "use 20"]);
  for await (const _ of readAhead([], 1, read)) assert.fail();
});

Deno.test("the last batch may be smaller", async () => {
  const batches: (readonly string[])[] = [];
  for await (const batch of readAhead("abcde", 2, (batch) => Promise.resolve(batch))) {
    batches.push(batch);
  }
  assert.deepEqual(batches, [["a", "b"], ["c", "d"], ["e"]]);
});

/** Reads numbers, of which 1 is refused. */
const refuse1 = ([item]: readonly number[]) =>
  item === 1 ? Promise.reject(new Error("1 cannot be read")) : Promise.resolve(item!);

Deno.test("the error of a batch is thrown after those before it were used", async () => {
  const used: number[] = [];
  await assert.rejects(async () => {
    for await (const number of readAhead([0, 1, 2], 1, refuse1)) {
      used.push(number);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }, /^Error: 1 cannot be read$/);
  assert.deepEqual(used, [0]);
});

Deno.test("a caller that stops does not hear of the next batch's error", async () => {
  for await (const _ of readAhead([0, 1], 1, refuse1)) break;
  await new Promise((resolve) => setTimeout(resolve, 5));
});
