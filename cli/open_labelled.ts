/**
 * Opens what a classifier is measured on: a list of pictures, a data set, or HDF5 files.
 *
 * @module
 */
import { dirname } from "node:path";
import { dataSetFolder, openDataSet } from "./data_set.ts";
import { expectFiles } from "./files.ts";
import { hdf5Files, isHdf5Path } from "./hdf5_data.ts";
import type { LabelledSamples } from "./labelled.ts";
import { labelledOf, readLines } from "./picture_list.ts";
import type { Picture } from "./pictures.ts";
import { UsageError } from "./usage_error.ts";

/** Labelled pictures, or the paths of HDF5 files with labelled arrays. */
type Opened = { readonly pictures: LabelledSamples<Picture> } | {
  readonly hdf5: readonly string[];
};

/**
 * Opens a list, a data set in a folder, or an HDF5 file.
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
): Promise<Opened> {
  if (isHdf5Path(path)) return { hdf5: [path] };
  const folder = dataSetFolder(path);
  if (folder !== undefined) {
    if (root !== undefined) throw new UsageError("--root is for lists, not for a data set");
    return { pictures: openDataSet(folder, opened) };
  }
  const lines = await readLines(path), base = root ?? dirname(path);
  const hdf5 = hdf5Files(lines, base);
  if (hdf5 !== undefined) return { hdf5 };
  const pictures = labelledOf(lines, base);
  expectFiles(pictures.map(({ sample }) => sample), (i) => pictures[i]!.where);
  return { pictures };
}
