import assert from "node:assert/strict";
import { readLabels } from "../lib/labels.ts";

const names = ["cat", "café", "", "dog"];
const utf16 = (text: string) =>
  new Uint8Array(Uint16Array.from(text, (c) => c.charCodeAt(0)).buffer);
const utf8 = (text: string) => new TextEncoder().encode(text);
const text = (end: string) => names.join(end) + end + end;

for (
  const [what, bytes] of [
    ["lines", utf8(text("\n"))],
    ["lines of Windows", utf8(text("\r\n"))],
    ["lines of old Macs", utf8(text("\r"))],
    ["a mark in front", utf8("\ufeff" + text("\r\n"))],
    ["UTF-16", utf16("\ufeff" + text("\r\n"))],
    ["a file with zeros at the end", utf8(text("\n") + "\0\0")],
    ["a file with Ctrl-Z at the end", utf16("\ufeff" + text("\r\n") + "\x1a")],
    ["letters of Windows", Uint8Array.from(text("\n"), (c) => c.charCodeAt(0))],
  ] as const
) {
  Deno.test(`labels are read from ${what}`, () => assert.deepEqual(readLabels(bytes), names));
}

Deno.test("labels are the display names of a label map", () => {
  const map = `# SSD's
    item { name: "none_of_the_above" label: 0 display_name: "background" }
    item { name: "n02\\"x" label: 3 display_name: "" }
    item { label: 1, name: 'dog' }`;
  assert.deepEqual(readLabels(utf8(map)), ["background", "dog", "class 2", 'n02"x']);
  const wrong = (text: string) => () => readLabels(utf8(text), "map");
  assert.throws(wrong(`item { name: "a" }`), /^SyntaxError: Cannot read map: "a" has no label/);
  assert.throws(wrong(`item { name: "a" label: 2000000000 }`), /"a" has no label of at least 0/);
  const twice = `item { name: "a" label: 1 } item { name: "b" label: 1 }`;
  assert.throws(wrong(twice), /^SyntaxError: Cannot read map: "a" and "b" have the same label/);
  assert.throws(wrong(`item { name: "a" label: x }`), /^SyntaxError: Cannot read map:1:/);
});

Deno.test("a label map may have hundreds of thousands of classes", () => {
  const items = Array.from({ length: 200_000 }, (_, i) => `item { name: "${i}" label: ${i} }`);
  assert.equal(readLabels(utf8(items.join("\n"))).at(-1), "199999");
});

Deno.test("a label map is read in the encodings of text", () => {
  const map = `item { name: "caf\u00e9" label: 0 }\n`;
  const windows = Uint8Array.from(map, (c) => c.charCodeAt(0));
  for (const bytes of [utf8(map), utf16("\ufeff" + map), windows]) {
    assert.deepEqual(readLabels(bytes), ["café"]);
  }
});

Deno.test("labels that are not text are refused", () => {
  assert.throws(() => readLabels(utf8("\x01\0cat\n"), "net.bin"), {
    name: "TypeError",
    message: "Cannot read net.bin: it is not text, but labels must be text, one per line",
  });
});
