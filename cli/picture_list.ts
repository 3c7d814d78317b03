/**
 * Reads a list of labelled pictures in the format of Caffe's tools.
 *
 * @module
 */
import { dirname, isAbsolute, join } from "node:path";
import { foreignKind } from "../lib/caffe/file_kind.ts";
import { decodeText } from "../lib/decode_text.ts";
import { isZip, readFile } from "./files.ts";
import type { Labelled } from "./labelled.ts";

/**
 * Reads a list; each line is a path, a space, and the number of a class.
 *
 * @param root The folder that paths are relative to, by default the list's own.
 * @throws {SyntaxError} that names an invalid line, or the file if it is not a list.
 */
export async function readList(
  list: string,
  root: string = dirname(list),
): Promise<readonly Labelled<string>[]> {
  const lines = await readLines(list);
  const pictures = lines.map(({ text, where }) => {
    const [, path, label] = /^(.*\S)\s+(\d{1,9})$/.exec(text) ?? [];
    if (path === undefined) {
      throw new SyntaxError(
        `Cannot read ${where}: ${JSON.stringify(text)} is not a path, a space and the number of ` +
          "a class",
      );
    }
    return { sample: isAbsolute(path) ? path : join(root, path), label: Number(label), where };
  });
  if (pictures.length > 0) return pictures;
  throw new SyntaxError(`Cannot read ${list}: it lists no pictures`);
}

/** The lines of a list that are not empty, and where they are. */
export async function readLines(
  list: string,
): Promise<readonly { readonly text: string; readonly where: string }[]> {
  const bytes = await readFile(list);
  refuseNoList(bytes, list);
  const lines = decodeText(bytes).split("\n").map((line, i) => {
    return { text: line.trim(), where: `${list}:${i + 1}` };
  });
  return lines.filter(({ text }) => text !== "");
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
