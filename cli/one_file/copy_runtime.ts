/**
 * Copies the runtime with short shaders.
 *
 * @module
 */
import { squeezeShader } from "./squeeze_shader.ts";

/** What stands in a literal that is marked as a shader. */
const shaders = /(?<=\/\* wgsl \*\/ `)(?:\\.|[^`\\])*/gs;

/** What becomes of the text of a file. */
export type Change = (file: string, text: string) => string;

/**
 * Makes a folder that holds the runtime with its shaders squeezed.
 *
 * @param change What else becomes of its files.
 * @returns The names of its files.
 */
export async function copyRuntime(to: string, change?: Change): Promise<string[]> {
  return await copyFolder(new URL("../../runtime/", import.meta.url), to, "", change);
}

/**
 * Copies a folder, and squeezes the shaders in it.
 *
 * @param below What stands in front of the names.
 * @param change What else becomes of its files.
 */
export async function copyFolder(
  from: URL,
  to: string,
  below = "",
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
      await Deno.writeTextFile(`${to}/${name}`, text.replace(shaders, squeezeShader));
      copied.push(file);
    }
  }
  return copied.sort();
}
