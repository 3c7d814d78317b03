/** The paths in a class of what it imports. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { importPath } from "../../cli/runtime_path.ts";

Deno.test("a module is imported from a folder whose name has a URL's characters", async () => {
  const folder = Deno.makeTempDirSync({ prefix: "kaffe-test-" });
  try {
    const [code, own] = [join(folder, "model.ts"), join(folder, "C# 100%25")];
    Deno.mkdirSync(own);
    Deno.writeTextFileSync(join(own, "mod.ts"), "export const answer = 42;");
    const path = importPath(code, join(own, "mod.ts"));
    Deno.writeTextFileSync(code, `export { answer } from ${JSON.stringify(path)};`);
    assert.equal((await import(pathToFileURL(code).href)).answer, 42);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
