/**
 * Caches whose values are made at the first request, as by `Map.prototype.getOrInsertComputed`, which
 * few platforms have yet.
 *
 * @module
 */

/** A `Map` or a `WeakMap`. */
interface Cache<Key, Value> {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): unknown;
}

/** The value of a key; if there is none, the one that `make` returns, which is kept. */
export function getOrInsertComputed<Key, Value>(
  cache: Cache<Key, Value>,
  key: Key,
  make: () => NoInfer<Value>,
): Value {
  let value = cache.get(key);
  if (value === undefined) {
    value = make();
    cache.set(key, value);
  }
  return value;
}
