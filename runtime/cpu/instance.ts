/**
 * Modules of the assembler, made ready to run in a memory.
 *
 * @module
 */
import type { Module } from "./assembler.ts";

/** What a module is given, under the names that the assembler knows it by. */
const importsOf = (memory: WebAssembly.Memory) => ({ m: { m: memory } });

/** A module, compiled, and its functions in a memory. */
export async function instantiate(module: Module, memory: WebAssembly.Memory) {
  const made = await WebAssembly.instantiate(module.encode(), importsOf(memory));
  return { module: made.module, functions: made.instance.exports };
}

/**
 * The functions of a small module, and one page of memory that they have for themselves; nothing,
 * where there is no WebAssembly, or it may not be made.
 */
export function instantiateAlone(module: Module) {
  try {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const compiled = new WebAssembly.Module(module.encode());
    const { exports } = new WebAssembly.Instance(compiled, importsOf(memory));
    return { functions: exports, memory };
  } catch {
    return undefined;
  }
}
