/**
 * Type-checks programs that use built files.
 *
 * @module
 */
import assert from "node:assert/strict";

/** Asserts that a program in a folder type-checks, without the project's configuration. */
export async function checkTypes(folder: string, program: string): Promise<void> {
  await Deno.writeTextFile(`${folder}/deno.json`, "{}");
  await Deno.writeTextFile(`${folder}/uses.ts`, program);
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["check", "uses.ts"],
    cwd: folder,
    env: { NO_COLOR: "1" },
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
}
