import assert from "node:assert/strict";
import { int32, message, nested, objectMessage, open, repeated, string } from "../../proto/mod.ts";

const Inner = message("Inner", { a: int32(1, 5), list: repeated(int32(2)) });
const Message = message("Message", {
  name: string(1, ""),
  inner: nested(2, Inner),
  inners: repeated(nested(3, Inner)),
  later: open(4),
});

Deno.test("objectMessage() reads an object as if it were a file", () => {
  const value = objectMessage("old.prototxt:3:1", {
    name: undefined,
    inner: { list: [1] },
    inners: [{ a: 1 }, objectMessage("", { a: 2 })],
    later: { a: 3 },
  });
  const { name, inner, inners, later } = value.read(Message);
  assert.equal(name, "");
  assert.deepEqual(inner, { a: 5, list: [1] });
  assert.deepEqual(inners.map(({ a }) => a), [1, 2]);
  assert.equal(later!.read(Inner).a, 3);
  assert.equal(later!.where, "old.prototxt:3:1");
  assert.ok(value.has({ name: "inner", number: 2 }));
  assert.ok(!value.has({ name: "name", number: 1 }));
  assert.deepEqual(value.unread(), []);
});
