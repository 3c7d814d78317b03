/**
 * Reads class names.
 *
 * @module
 */
import { int32, message, nested, repeated, string } from "../proto/message.ts";
import { readText } from "../proto/text.ts";
import { foreignKind, roleOf } from "./caffe/file_kind.ts";
import { decodeText, withoutTrailingBytes } from "./decode_text.ts";

/** SSD's label map. */
const labelMap = message("LabelMap", {
  item: repeated(nested(
    1,
    message("LabelMapItem", {
      name: string(1, ""),
      label: int32(2, -1),
      display_name: string(3, ""),
    }),
  )),
});

/** A limit of the number of classes that no real network exceeds. */
const mostLabels = 1_000_000;

/**
 * Reads one class name per line, ignoring empty lines at the end, or the display names of SSD's label
 * map.
 *
 * @throws {TypeError} if the file is not text, or is recognized as another kind of file.
 * @throws {SyntaxError} if it is a label map that cannot be parsed.
 */
export function readLabels(bytes: Uint8Array, file = "the labels"): readonly string[] {
  const utf8 = withoutTrailingBytes(new TextEncoder().encode(decodeText(bytes)));
  const kind = foreignKind(bytes, "labels") ?? (utf8.includes(0) ? "not text" : undefined);
  if (kind !== undefined) {
    throw new TypeError(
      `Cannot read ${file}: it is ${kind}, but labels must be text, one per line`,
    );
  }
  if (roleOf(utf8) === "labels") return readLabelMap(utf8, file);
  const lines = decodeText(utf8).split(/\r\n?|\n/).map((line) => line.trim());
  while (lines.at(-1) === "") lines.pop();
  return lines;
}

function readLabelMap(bytes: Uint8Array, file: string): readonly string[] {
  const { item: items } = readText(bytes, file).read(labelMap);
  const names = new Map<number, string>();
  let last = -1;
  for (const { name, label, display_name } of items) {
    if (!(label >= 0 && label < mostLabels)) {
      throw new SyntaxError(`Cannot read ${file}: "${name}" has no label of at least 0`);
    }
    if (names.has(label)) {
      throw new SyntaxError(
        `Cannot read ${file}: "${names.get(label)}" and "${name}" have the same label`,
      );
    }
    names.set(label, display_name || name);
    last = Math.max(last, label);
  }
  // Missing numbers get a placeholder, so that the names after them keep their positions.
  return Array.from({ length: last + 1 }, (_, i) => names.get(i) ?? `class ${i}`);
}
