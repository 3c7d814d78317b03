/**
 * Compiles and instantiates modules of the assembler.
 *
 * @module
 */
import type { Module } from "./assembler.ts";

/** The imports, under the names that the assembler uses. */
const importsOf = (memory: WebAssembly.Memory) => ({ m: { m: memory } });

/** Compiles a module, and instantiates it with a memory. */
export async function instantiate(module: Module, memory: WebAssembly.Memory) {
  const made = await WebAssembly.instantiate(module.encode(), importsOf(memory));
  return { module: made.module, functions: made.instance.exports };
}

/**
 * Instantiates a small module synchronously, with one page of memory of its own; `undefined` where
 * WebAssembly is missing or forbidden.
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
