/**
 * Fields of text files that are decoded later, or never.
 */
import assert from "node:assert/strict";
import { int32, message, nested, open, readText } from "../../proto/mod.ts";

const Inner = message("Inner", { a: int32(1) });
const Message = message("Message", {
  int: int32(4),
  inner: nested(17, Inner),
  later: open(20),
});

const parse = (text: string) => readText(new TextEncoder().encode(text), "net.prototxt");

Deno.test("text: an open field is decoded by a description that is given later", () => {
  const message = parse("int: 1 later { a: 2 }\n  intt: 3 inner { c: 1 a: 1 }");
  assert.equal(message.where, "net.prototxt:1:1");
  assert.ok(message.has({ name: "later", number: 0 }));
  assert.ok(!message.has({ name: "toString", number: 0 }));
  const { later, inner } = message.read(Message);
  assert.equal(later!.where, "net.prototxt:1:8");
  assert.equal(inner!.a, 1);
  assert.deepEqual(
    message.unread().map(({ name, where, readAs }) => [name, where, readAs[0]!.name]),
    [
      ["intt", "net.prototxt:2:3", "Message"],
      ["c", "net.prototxt:2:19", "Inner"],
    ],
  );
  assert.equal(later!.read(Inner).a, 2);
  assert.deepEqual(later!.unread(), []);
});

Deno.test("text: names of Object's properties are ordinary field names", () => {
  const message = parse("__proto__ { polluted: 1 } constructor: 1 toString: 2 int: 3");
  assert.equal(message.read(Message).int, 3);
  assert.deepEqual(message.unread().map(({ name }) => name), [
    "__proto__",
    "constructor",
    "toString",
  ]);
  assert.equal(({} as { polluted?: number }).polluted, undefined);
});
