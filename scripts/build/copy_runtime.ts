/**
 * Copies the runtime with short shaders.
 *
 * @module
 */
import { squeezeShader } from "./squeeze_shader.ts";

/** What stands in a literal that is marked as a shader. */
const shaders = /(?<=\/\* wgsl \*\/ `)(?:\\.|[^`\\])*/gs;

/**
 * Makes a folder that holds the runtime with its shaders squeezed.
 *
 * @returns The names of its files.
 */
export async function copyRuntime(to: string): Promise<string[]> {
  return await copyFolder(new URL("../../runtime/", import.meta.url), to);
}

/**
 * Copies a folder, and squeezes the shaders in it.
 *
 * @param below What stands in front of the names.
 */
export async function copyFolder(from: URL, to: string, below = ""): Promise<string[]> {
  await Deno.mkdir(to);
  const copied: string[] = [];
  for (const { name, isDirectory } of Deno.readDirSync(from)) {
    if (isDirectory) {
      copied.push(
        ...await copyFolder(new URL(`${name}/`, from), `${to}/${name}`, `${below}${name}/`),
      );
    } else {
      const text = await Deno.readTextFile(new URL(name, from));
      await Deno.writeTextFile(`${to}/${name}`, text.replace(shaders, squeezeShader));
      copied.push(below + name);
    }
  }
  return copied.sort();
}
