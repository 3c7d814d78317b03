/**
 * The files of the page.
 */
import assert from "node:assert/strict";
import { buildPage } from "../../cli/page/build.ts";

Deno.test("the page is the same whenever it is built, so that browsers keep it", async () => {
  const first = await buildPage(), second = await buildPage();
  assert.deepEqual([...second.keys()], [...first.keys()]);
  assert.deepEqual(second, first);
});
