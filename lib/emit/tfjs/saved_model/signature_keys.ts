/**
 * The names of a signature's inputs, which TensorFlow makes arguments of a Python function.
 *
 * @module
 */
import { UniqueNames } from "../../../../runtime/unique_names.ts";

/** Python's keywords, and `self`. */
const reserved = new Set(
  ("False None True and as assert async await break class continue def del elif else except " +
    "finally for from global if import in is lambda nonlocal not or pass raise return self try " +
    "while with yield").split(" "),
);

/**
 * Unique names of arguments by the names of inputs. Valid names stay as they are: `data`; others are
 * replaced by similar ones: `rgb/data` by `rgb_data`, `self` by `self_`.
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
