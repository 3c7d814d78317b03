/**
 * Replaces global objects of the platform.
 *
 * @module
 */

/** Runs something with a global object replaced, or missing if its value is `undefined`. */
export async function withGlobal<Result>(
  name: "caches" | "DecompressionStream" | "navigator" | "WebAssembly",
  value: unknown,
  action: () => Result,
): Promise<Awaited<Result>> {
  const known = Object.getOwnPropertyDescriptor(globalThis, name)!;
  Object.defineProperty(globalThis, name, { value, configurable: true });
  try {
    return await action();
  } finally {
    Object.defineProperty(globalThis, name, known);
  }
}
