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
 * @param folder Where the modules are.
 * @param entries Those whose exports count.
 * @param files All of them.
 */
export async function typesOf(
  folder: string,
  entries: readonly string[],
  files: readonly string[],
): Promise<string> {
  // The declarations of a module do not hold those that it imports, so this one exports all. Nothing
  // public is of the CPU engine, whose kernels have the names of their ops, of TensorFlow's words or
  // of drawings.
  const declared = files.filter((file) =>
    !/^(runtime\/(cpu|engines)|lib\/(view|tf|emit\/tfjs))\//.test(file)
  );
  await Deno.writeTextFile(`${folder}/all.ts`, exportAll(declared, (i) => ` as module${i}`));
  await bundle("all.ts", "all.js", { folder, flag: "--declaration" });
  const texts = await Promise.all(
    entries.map((file) => Deno.readTextFile(new URL(file, root))),
  );
  return await format(
    gatherTypes(await Deno.readTextFile(`${folder}/all.d.ts`), texts.join("\n")),
  );
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
