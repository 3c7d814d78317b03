/**
 * What the inputs of a signature are called, which TensorFlow makes arguments of a Python function.
 *
 * @module
 */
import { UniqueNames } from "../../../runtime/unique_names.ts";

/** Words that are no names in Python, and the name of a function's own object. */
const reserved = new Set(
  ("False None True and as assert async await break class continue def del elif else except " +
    "finally for from global if import in is lambda nonlocal not or pass raise return self try " +
    "while with yield").split(" "),
);

/**
 * Names of arguments by the names of inputs, no two of them the same. What can be a name stays as
 * it is: `data`; the rest is as near to it as can be: `rgb/data` is `rgb_data`, `self` is `self_`.
 */
export function signatureKeys(inputs: Iterable<string>): ReadonlyMap<string, string> {
  const names = [...inputs];
  const keys = new UniqueNames(names.filter((name) => identifier(name) === name));
  return new Map(names.map((name) => {
    const key = identifier(name);
    return [name, key === name ? name : keys.take(key)];
  }));
}

function identifier(name: string): string {
  const allowed = name.replace(/[^A-Za-z0-9_]/gu, "_");
  const started = /^[A-Za-z]/.test(allowed) ? allowed : `input_${allowed}`;
  return reserved.has(started) ? `${started}_` : started;
}
