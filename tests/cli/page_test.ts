/**
 * The files of the page.
 */
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { buildPage } from "../../cli/page/build.ts";
import { Folder, pathOf } from "./command.ts";

Deno.test("the page's files are reproducible, also in another folder", async () => {
  const first = await buildPage(), second = await buildPage();
  assert.deepEqual([...second.keys()], [...first.keys()]);
  assert.deepEqual(second, first);

  using folder = new Folder();
  Deno.symlinkSync(pathOf("."), folder.at("link"));
  const module = pathToFileURL(folder.at("link/cli/page/build.ts")).href;
  const linked = await (await import(module) as { buildPage: typeof buildPage }).buildPage();
  assert.deepEqual([...linked.keys()], [...first.keys()]);
});
