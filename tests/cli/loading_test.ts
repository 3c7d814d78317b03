/**
 * Modules that cannot be loaded: the user's own, and packages that cannot be fetched.
 */
import assert from "node:assert/strict";
import { Folder } from "./command.ts";

const broken: [text: string, reason: string][] = [
  ['import "./missing.ts";', 'Module not found "file://'],
  ['throw new RangeError("not today");', "not today\n"],
  ["throw null;", "null\n"],
  ["export const layers = missing;", "missing is not defined\n"],
  ["export const layers = ;", "SyntaxError: Expression expected\n"],
];

Deno.test("the error about a module of layers has its path and the reason", async () => {
  using folder = new Folder();
  for (const [text, reason] of broken) {
    folder.write("mine.ts", text);
    const { code, stderr } = await folder.kaffe("layers", "--layers", "mine.ts");
    assert.ok(stderr.startsWith(`Cannot load mine.ts (--layers): ${reason}`), stderr);
    assert.doesNotMatch(stderr, /\n {4}at |\\u001b/);
    assert.equal(code, 1);
  }
});

Deno.test("packages that cannot be fetched are reported", async () => {
  using folder = new Folder();
  folder.env = { DENO_DIR: folder.at("cache"), NPM_CONFIG_REGISTRY: "http://127.0.0.1:9/" };
  const { code, stderr } = await folder.kaffe("convert", "--help");
  assert.match(
    stderr,
    /Cannot fetch the packages that kaffe depends on: .*\nThe first run downloads/,
  );
  assert.doesNotMatch(stderr, /\n {4}at /);
  assert.equal(code, 1);
});
