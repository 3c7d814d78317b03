/**
 * Reads class names.
 *
 * @module
 */
import { int32, message, nested, repeated, string } from "../proto/message.ts";
import { readText } from "../proto/text.ts";
import { foreignKind, roleOf } from "./caffe/file_kind.ts";
import { decodeText } from "./decode_text.ts";

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

/** More classes than any network has. */
const mostLabels = 1_000_000;

/**
 * Reads one class name per line, where empty lines at the end are ignored; or SSD's label map, of
 * which it takes the display names.
 *
 * @throws {TypeError} if the file is no text, or obviously something else.
 * @throws {SyntaxError} if it is a label map that cannot be parsed.
 */
export function readLabels(bytes: Uint8Array, file = "the labels"): readonly string[] {
  const kind = foreignKind(bytes, "labels");
  if (kind !== undefined) {
    throw new TypeError(`Cannot read ${file}: it is ${kind}; labels are text, one a line`);
  }
  if (roleOf(bytes) === "labels") return readLabelMap(bytes, file);
  const lines = decodeText(bytes).split(/\r\n?|\n/).map((line) => line.trim());
  while (lines.at(-1) === "") lines.pop();
  return lines;
}

function readLabelMap(bytes: Uint8Array, file: string): readonly string[] {
  const { item: items } = readText(bytes, file).read(labelMap);
  const names = new Map<number, string>();
  for (const { name, label, display_name } of items) {
    if (!(label >= 0 && label < mostLabels)) {
      throw new SyntaxError(`Cannot read ${file}: "${name}" has no label, from 0 on`);
    }
    if (names.has(label)) {
      throw new SyntaxError(
        `Cannot read ${file}: "${names.get(label)}" and "${name}" have one label`,
      );
    }
    names.set(label, display_name || name);
  }
  // A number that is left out has no name, but those after it have theirs.
  return Array.from(
    { length: Math.max(...names.keys()) + 1 },
    (_, i) => names.get(i) ?? `class ${i}`,
  );
}
