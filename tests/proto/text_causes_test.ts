/**
 * Errors of text files name their likely causes.
 */
import assert from "node:assert/strict";
import { readText } from "../../proto/mod.ts";

const comment = "; a comment starts with #";
const dots = "; dots stand for a part that is left out, and must be replaced by it";
const path = "; a string, such as a path, needs quotes";
const surplus = '; it closes nothing: there is one too many, or a "{" before it is missing';
const conflict = "; Git left both sides of a merge conflict, and only one may stay";
const template = "; if this is a template for Python's format(), fill it in: {names} by numbers, " +
  "{{ and }} by { and }";
const noEnd = "; the curly quote \u201d does not end a string";

for (
  const [text, problem] of [
    [
      "inner { a: # to do\n  int: 1 }",
      '2:6: expected a field or "}", but found ":"; the field "a" before it may have no value',
    ],
    [
      "a:\ninner { }",
      '2:7: expected a field, but found "{"; the field "a" before it may have no value',
    ],
    [
      "int: $N }",
      '1:6: expected a value, but found "$", a placeholder: replace those of a template first',
    ],
    [
      "int: ${N} }",
      '1:6: expected a value, but found "$", a placeholder: replace those of a template first',
    ],
    ["inner {{ }}", `1:8: expected a field or "}", but found "{"${template}`],
    ["inner:{width}", `1:13: expected ":" or "{", but found "}"${template}`],
    ["}", `1:1: expected a field, but found "}"${surplus}`],
    ["inner { } }", `1:11: expected a field, but found "}"${surplus}`],
    ["// int: 1", `1:1: expected a field, but found "/"${comment}`],
    ["int: 1 /* one */", `1:8: expected a field, but found "/"${comment}`],
    ["int: // one", `1:6: expected a value, but found "/"${comment}`],
    ["inner { / }", '1:9: expected a field or "}", but found "/"'],
    ["int: 1\n...", `2:1: expected a field, but found "."${dots}`],
    ["inner { \u2026 }", `1:9: expected a field or "}", but found "\u2026" (U+2026)${dots}`],
    ["<<<<<<< HEAD\nint: 1", `1:1: expected a field, but found "<"${conflict}`],
    ["int: 1\n=======\n", `2:1: expected a field, but found "="${conflict}`],
    [
      "```prototxt\nint: 1",
      '1:1: expected a field, but found "`"; the fences of Markdown must be removed',
    ],
    [
      "inner {\n\u00a0 int: 1 }",
      '2:1: expected a field or "}", but found U+00A0, the no-break space of a web page; replace ' +
      "it by a space",
    ],
    ["int: ...", `1:6: "..." is not a number${dots}`],
    ["text: ./list.txt", `1:7: "." is not a number${path}`],
    ["text: ../list.txt", `1:7: ".." is not a number${path}`],
    ["text: /data/list.txt", `1:7: expected a value, but found "/"${path}`],
    ["int: .5.5", '1:6: ".5.5" is not a number'],
    [
      "text: \u201ca\u201d",
      '1:7: expected a value, but found "\u201c" (U+201C); a string needs straight quotes',
    ],
    [
      'text: "a\u201d int: 1',
      `1:7: the string that starts here has no closing quote on its line${noEnd}`,
    ],
    ['text: "a\u201d text: "b"', `1:21: expected ":" or "{", but found """${noEnd}`],
    ['text: "\u201d"\nint 5', '2:5: expected ":" or "{", but found "5"'],
  ] as const
) {
  Deno.test(`text: ${JSON.stringify(text)} is refused with its cause`, () => {
    assert.throws(() => readText(new TextEncoder().encode(text), "net"), {
      name: "SyntaxError",
      message: `Cannot read net:${problem}`,
    });
  });
}
