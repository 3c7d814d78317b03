/**
 * Writes the types of a module that is made of several.
 *
 * @module
 */
import { bundle, root } from "../page/bundle.ts";
import { gatherTypes } from "./gather_types.ts";
import { exportAll } from "./module.ts";

/**
 * The declarations of what modules export, as one file that stands alone.
 *
 * @param folder Where the modules are, copies that may be changed.
 * @param entries Those whose exports count.
 * @param files All of them.
 */
export async function typesOf(
  folder: string,
  entries: readonly string[],
  files: readonly string[],
): Promise<string> {
  // What is imported is not declared with it, so all modules are asked for, but those that stand on
  // TensorFlow.js.
  const declared = files.filter((file) => !file.startsWith("lib/tf/"));
  const sources = new Map<string, string>();
  for (const file of new Set([...files, ...entries])) {
    sources.set(file, await Deno.readTextFile(`${folder}/${file}`));
  }
  // The compiler writes one module after the other, so each ends with a declaration that says so.
  for (const file of declared) {
    const text = `${sources.get(file)}\nexport type EndOf = "${file}";\n`;
    await Deno.writeTextFile(`${folder}/${file}`, text);
  }
  await Deno.writeTextFile(`${folder}/all.ts`, exportAll(declared, (i) => ` as module${i}`));
  await bundle("all.ts", "all.js", { folder, flag: "--declaration" });
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

/** Tells Deno where the types of a module are; others look beside the file anyway. */
export function typesBeside(file: string): string {
  return `/* @ts-self-types="./${file}" */\n`;
}

/** The text as `deno fmt` lays it out. */
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
