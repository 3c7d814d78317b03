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
  return await copy(new URL("../../runtime/", import.meta.url), to, "");
}

async function copy(from: URL, to: string, below: string): Promise<string[]> {
  await Deno.mkdir(to);
  const copied: string[] = [];
  for (const { name, isDirectory } of Deno.readDirSync(from)) {
    if (isDirectory) {
      copied.push(...await copy(new URL(`${name}/`, from), `${to}/${name}`, `${below}${name}/`));
    } else {
      const text = await Deno.readTextFile(new URL(name, from));
      await Deno.writeTextFile(`${to}/${name}`, text.replace(shaders, squeezeShader));
      copied.push(below + name);
    }
  }
  return copied.sort();
}
