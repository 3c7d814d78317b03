/**
 * Reads a list of labelled pictures in the format of Caffe's tools.
 *
 * @module
 */
import { isAbsolute, join } from "node:path";
import { foreignKind } from "../lib/caffe/file_kind.ts";
import { decodeText } from "../lib/decode_text.ts";
import { isZip, readFile } from "./files.ts";
import type { Labelled } from "./labelled.ts";

/** A line of a list. */
export interface Line {
  readonly text: string;
  /** The list and the number of the line, for messages. */
  readonly where: string;
}

/**
 * The pictures of a list; each line is a path, a space, and the number of a class.
 *
 * @param root The folder that paths are relative to.
 * @throws {SyntaxError} that names an invalid line.
 */
export function labelledOf(lines: readonly Line[], root: string): readonly Labelled<string>[] {
  return lines.map(({ text, where }) => {
    const [, path, label] = /^(.*\S)\s+(\d{1,9})$/.exec(text) ?? [];
    if (path === undefined) {
      throw new SyntaxError(
        `Cannot read ${where}: ${JSON.stringify(text)} is not a path, a space and the number of ` +
          "a class",
      );
    }
    return { sample: isAbsolute(path) ? path : join(root, path), label: Number(label), where };
  });
}

/**
 * The lines of a list that are not empty.
 *
 * @throws {SyntaxError} if the file is not a list, or an empty one.
 */
export async function readLines(list: string): Promise<readonly Line[]> {
  const bytes = await readFile(list);
  refuseNoList(bytes, list);
  const lines = decodeText(bytes).split("\n").map((line, i) => {
    return { text: line.trim(), where: `${list}:${i + 1}` };
  }).filter(({ text }) => text !== "");
  if (lines.length > 0) return lines;
  throw new SyntaxError(`Cannot read ${list}: it lists no pictures`);
}

/** Refuses a file that is not text, such as the bundle. */
function refuseNoList(bytes: Uint8Array, list: string): void {
  const kind = foreignKind(bytes, "labels") ?? (bytes.includes(0) ? "not text" : undefined);
  if (!isZip(bytes) && kind === undefined) return;
  throw new SyntaxError(
    isZip(bytes)
      ? `Cannot read ${list} as a list of pictures: it is a bundle or another zip; the bundle ` +
        "comes first, and the list second"
      : `Cannot read ${list} as a list of pictures: it is ${kind}; each line of a list is a path, ` +
        "a space and the number of a class",
  );
}
