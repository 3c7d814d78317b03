/**
 * The runtime is JavaScript once its types are erased, as Node does with TypeScript.
 */
import assert from "node:assert/strict";
import { stripTypeScriptTypes } from "node:module";
import { writeBundle } from "../../lib/emit/bundle.ts";
import type { Network } from "../../runtime/mod.ts";
import { Folder } from "../cli/command.ts";
import { join } from "../join.ts";
import { Sketch } from "../random.ts";

const runtime = new URL("../../runtime/", import.meta.url);

Deno.test("the runtime runs after its types are erased", async () => {
  using folder = new Folder();
  for (const name of filesIn("")) {
    const text = Deno.readTextFileSync(new URL(name, runtime));
    const code = stripTypeScriptTypes(text).replaceAll('.ts"', '.js"');
    Deno.mkdirSync(folder.at(name.replace(/[^/]*$/, "")), { recursive: true });
    folder.write(name.replace(/ts$/, "js"), code);
  }
  const erased: { Network: typeof Network } = await import(`file://${folder.at("mod.js")}`);
  const sketch = new Sketch();
  const relu = sketch.add("relu", "relu", [sketch.input("data", [1, 3])], {});
  const bundle = join(writeBundle({ graph: sketch.finish(relu) }));
  const network = await erased.Network.load(bundle, { device: "cpu" });
  assert.deepEqual([...(await network.run({ data: [1, -2, 3] })).relu!.data], [1, 0, 3]);
  network.destroy();
});

/** All modules in a folder of the runtime. */
function filesIn(folder: string): string[] {
  return [...Deno.readDirSync(new URL(folder, runtime))].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesIn(`${folder}${name}/`) : name.endsWith(".ts") ? [folder + name] : []
  );
}
