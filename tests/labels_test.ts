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
    ["letters of Windows", Uint8Array.from(text("\n"), (c) => c.charCodeAt(0))],
  ] as const
) {
  Deno.test(`labels are read from ${what}`, () => assert.deepEqual(readLabels(bytes), names));
}
