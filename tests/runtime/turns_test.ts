/**
 * Concurrent and exclusive actions.
 */
import assert from "node:assert/strict";
import { Turns } from "../../runtime/turns.ts";

const turn = () => new Promise((resolve) => setTimeout(resolve));

Deno.test("an exclusive action waits for all before it, and later ones wait for it", async () => {
  const turns = new Turns(), started: string[] = [], ends = new Map<string, () => void>();
  const action = (name: string) => async () => {
    started.push(name);
    await new Promise<void>((resolve) => ends.set(name, resolve));
    if (name === "A") throw new Error("A fails");
    return name;
  };
  const end = async (name: string) => {
    ends.get(name)!();
    await turn();
    return started.join("");
  };
  const all = Promise.allSettled([
    turns.together(action("a")),
    turns.together(action("b")),
    turns.alone(action("A")),
    turns.alone(action("B")),
    turns.together(action("c")),
    turns.together(action("d")),
  ]);
  assert.equal(started.join(""), "ab");
  assert.equal(await end("b"), "ab");
  assert.equal(await end("a"), "abA");
  assert.equal(await end("A"), "abAB");
  assert.equal(await end("B"), "abABcd");
  const last = turns.together(action("e"));
  assert.equal(started.join(""), "abABcde");
  for (const name of ["c", "d", "e"]) await end(name);
  const failed = (await all).map(({ status }) => status === "rejected");
  assert.deepEqual(failed, [false, false, true, false, false, false]);
  assert.equal(await last, "e");
});
