/**
 * Generates the type declarations of a bundled module.
 *
 * @module
 */
import { bundleModule, root } from "../bundle_modules.ts";
import { gatherTypes } from "./gather_types.ts";
import { exportAll } from "./one_module.ts";

/**
 * The declarations of the exports of some modules, as one self-contained file.
 *
 * @param folder The folder of the modules, which are copies and will be changed.
 * @param entries The modules whose exports are declared.
 * @param files All modules.
 */
export async function typesOf(
  folder: string,
  entries: readonly string[],
  files: readonly string[],
): Promise<string> {
  // The compiler does not include imported declarations, so all modules are compiled, except those
  // that depend on TensorFlow.js.
  const declared = files.filter((file) => !file.startsWith("lib/tf/"));
  const sources = new Map<string, string>();
  for (const file of new Set([...files, ...entries])) {
    sources.set(file, await Deno.readTextFile(`${folder}/${file}`));
  }
  // The compiler concatenates the modules, so a declaration marks the end of each.
  for (const file of declared) {
    const text = `${sources.get(file)}\nexport type EndOf = "${file}";\n`;
    await Deno.writeTextFile(`${folder}/${file}`, text);
  }
  await Deno.writeTextFile(`${folder}/all.ts`, exportAll(declared, (i) => ` as module${i}`));
  await bundleModule("all.ts", "all.js", folder, "--declaration");
  const all = await Deno.readTextFile(`${folder}/all.d.ts`);
  const ends = all.matchAll(/([\s\S]*?)^export type EndOf = "(.*)";$/gm);
  const modules = Array.from(ends, ([, declarations, file]) => ({
    file: file!,
    source: sources.get(file!)!,
    declarations: declarations!,
  }));
  const exporting = entries.map((file) => ({ file, source: sources.get(file)! }));
  return await format(gatherTypes(modules, exporting));
}

/** The comment by which Deno finds the types of a module; other tools look beside the file. */
export function typesBeside(file: string): string {
  return `/* @ts-self-types="./${file}" */\n`;
}

/** Formats a text with `deno fmt`. */
async function format(text: string): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext", "ts", "-"],
    cwd: root,
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  await new Blob([text]).stream().pipeTo(child.stdin);
  const { success, stdout } = await child.output();
  if (!success) throw new Error("Cannot format the types");
  return new TextDecoder().decode(stdout);
}
