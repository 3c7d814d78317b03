/**
 * Opens labelled pictures: a list of files, or a data set.
 *
 * @module
 */
import { dataSetFolder, openDataSet } from "./data_set.ts";
import { expectFiles } from "./files.ts";
import type { LabelledSamples } from "./labelled.ts";
import { readList } from "./picture_list.ts";
import type { Picture } from "./pictures.ts";
import { UsageError } from "./usage_error.ts";

/**
 * Opens a list, or a data set in a folder.
 *
 * @param root The folder that a list's paths are relative to, by default its own.
 * @param opened Closes the data set when it is disposed of.
 * @throws {Error} that names what cannot be read.
 * @throws {UsageError} if a data set is given a root.
 */
export async function openLabelled(
  path: string,
  root: string | undefined,
  opened: DisposableStack,
): Promise<LabelledSamples<Picture>> {
  const folder = dataSetFolder(path);
  if (folder !== undefined) {
    if (root !== undefined) throw new UsageError("--root is for lists, not for a data set");
    return openDataSet(folder, opened);
  }
  const pictures = await readList(path, root);
  expectFiles(pictures.map(({ sample }) => sample), (i) => pictures[i]!.where);
  return pictures;
}

/**
 * Picture files, or the pictures of a data set.
 *
 * @param opened Closes the data set when it is disposed of.
 * @throws {Error} that names what cannot be read.
 */
export function picturesIn(
  paths: readonly string[],
  opened: DisposableStack,
): Iterable<Picture> & { readonly length: number } {
  const folder = paths.length === 1 ? dataSetFolder(paths[0]!) : undefined;
  if (folder === undefined) {
    expectFiles(paths);
    return paths;
  }
  const labelled = openDataSet(folder, opened);
  return {
    length: labelled.length,
    *[Symbol.iterator]() {
      for (const { sample } of labelled) yield sample;
    },
  };
}
