/**
 * Copies the runtime, with its shaders minified.
 *
 * @module
 */
import { root } from "../bundle_modules.ts";
import { minifyShader } from "./minify_shader.ts";

/**
 * The contents of a template literal that is marked as WGSL, or begins with a declaration of it, perhaps
 * after others that are inserted.
 */
const shaders = /(?<=\/\* wgsl \*\/ `|`(?=\s*(?:\$\{\w+\})?(?:fn \w+\(|@group)))(?:\\.|[^`\\])*/gs;

/** Changes the text of a file. */
export type Change = (file: string, text: string) => string;

/**
 * Copies the runtime to a new folder, with its shaders minified.
 *
 * @param change A further change to its files.
 * @returns The names of its files.
 */
export async function copyRuntime(to: string, change?: Change): Promise<string[]> {
  return await copyFolder(new URL("runtime/", root), to, "", change);
}

function withShortShaders(text: string): string {
  return text.replace(
    shaders,
    (code, at: number) => minifyShader(code, text.slice(0, at) + text.slice(at + code.length)),
  );
}

/**
 * Copies the converter and the runtime, with their shaders minified.
 *
 * @returns The paths of the files in the folders.
 */
export async function copyConverter(to: string): Promise<string[]> {
  await Deno.copyFile(new URL("mod.ts", root), `${to}/mod.ts`);
  const copied = await Promise.all(["lib", "proto", "runtime"].map((folder) => {
    return copyFolder(new URL(`${folder}/`, root), `${to}/${folder}`, `${folder}/`);
  }));
  return copied.flat();
}

/**
 * Copies a folder, with its shaders minified.
 *
 * @param below The prefix of the files' names.
 * @param change A further change to its files.
 */
async function copyFolder(
  from: URL,
  to: string,
  below: string,
  change: Change = (_, text) => text,
): Promise<string[]> {
  await Deno.mkdir(to);
  const copied: string[] = [];
  for (const { name, isDirectory } of Deno.readDirSync(from)) {
    const file = below + name;
    if (isDirectory) {
      const inside = await copyFolder(
        new URL(`${name}/`, from),
        `${to}/${name}`,
        `${file}/`,
        change,
      );
      copied.push(...inside);
    } else {
      const text = change(file, await Deno.readTextFile(new URL(name, from)));
      await Deno.writeTextFile(`${to}/${name}`, withShortShaders(text));
      copied.push(file);
    }
  }
  return copied.sort();
}
