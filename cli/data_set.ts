/**
 * Opens the data sets of Caffe's Data layer.
 *
 * @module
 */
import { basename, dirname, join } from "node:path";
import { readDatum } from "../lib/datasets/datum.ts";
import type { Entry } from "../lib/datasets/entries.ts";
import { LevelDb } from "../lib/datasets/leveldb/mod.ts";
import { Lmdb } from "../lib/datasets/lmdb.ts";
import { openPartial, statOf } from "./files.ts";
import type { LabelledSamples } from "./labelled.ts";
import type { Picture } from "./pictures.ts";

/** The folder of a data set, if a path is one, or the main file in it. */
export function dataSetFolder(path: string): string | undefined {
  if (["data.mdb", "CURRENT"].includes(basename(path))) return dirname(path);
  return statOf(path)?.isDirectory ? path : undefined;
}

/**
 * Opens a data set.
 *
 * @param opened Closes it when it is disposed of.
 * @throws {SyntaxError} if the folder holds none.
 */
export function openDataSet(folder: string, opened: DisposableStack): LabelledSamples<Picture> {
  const { entries, length } = openEntries(folder, opened);
  return {
    length,
    *[Symbol.iterator]() {
      for (const { key, value } of entries) {
        const where = `${folder}, entry ${JSON.stringify(textOf(key))}`;
        const { label, image, isGrey } = readDatum(value, where);
        yield { sample: { name: where, content: image, isGrey }, label, where };
      }
    },
  };
}

function openEntries(
  folder: string,
  opened: DisposableStack,
): { readonly entries: Iterable<Entry>; readonly length: number } {
  const files = new Set(Array.from(Deno.readDirSync(folder), ({ name }) => name));
  if (files.has("data.mdb")) {
    const path = join(folder, "data.mdb");
    const entries = new Lmdb(opened.use(openPartial(path)), path);
    return { entries, length: entries.count };
  }
  if (files.has("CURRENT")) {
    const open = (file: string) => openPartial(join(folder, file));
    return { entries: new LevelDb({ name: folder, files, open }), length: Infinity };
  }
  throw new SyntaxError(
    `Cannot read ${folder}: it is a folder, but neither an LMDB with a data.mdb in it, nor a ` +
      "LevelDB with a CURRENT; pictures are named one by one",
  );
}

function textOf(key: Uint8Array): string {
  return new TextDecoder("latin1").decode(key);
}
