/**
 * Tells by their names what dropped files are.
 *
 * @module
 */
import type { ModelFiles } from "./messages.ts";

/** Files, sorted. */
export interface Dropped {
  /** Those of a model; there may be none. */
  readonly model: ModelFiles;
  readonly picture: File | undefined;
  /** Those that nothing can be done with. */
  readonly unknown: readonly File[];
}

type Role = "network" | "weights" | "bundle" | "mean" | "labels" | "picture";

/** Sorts files by what they are; of several that are the same, the last counts. */
export function sortFiles(files: Iterable<File>): Dropped {
  const found = new Map<Role, File>();
  const unknown: File[] = [];
  for (const file of files) {
    const role = roleOf(file);
    if (role === undefined) unknown.push(file);
    else found.set(role, file);
  }
  const { picture, ...model } = Object.fromEntries(found) as { [R in Role]?: File };
  return { model, picture, unknown };
}

/**
 * The files of a model when more come: what was known stays, unless a network or a bundle starts a
 * new one. Weights that came first wait for their network.
 */
export function addFiles(known: ModelFiles, added: ModelFiles): ModelFiles {
  if (added.bundle !== undefined) return added;
  if (added.network !== undefined && (known.network ?? known.bundle) === undefined) {
    return { ...known, ...added };
  }
  if (added.network !== undefined) return added;
  if (added.weights !== undefined && known.network === undefined) return added;
  return { ...known, ...added };
}

function roleOf({ name, type }: File): Role | undefined {
  const ending = /\.([^.]+)$/.exec(name.toLowerCase())?.[1] ?? "";
  const role = roles.get(ending);
  if (role !== undefined) return role;
  return type.startsWith("image/") ? "picture" : undefined;
}

const roles: ReadonlyMap<string, Role> = new Map([
  ["prototxt", "network"],
  ["pbtxt", "network"],
  ["caffemodel", "weights"],
  ["h5", "weights"],
  ["binaryproto", "mean"],
  ["npz", "bundle"],
  ["txt", "labels"],
]);

/** What a file input offers. */
export const accepted = [...roles.keys()].map((ending) => `.${ending}`).join(",") + ",image/*";
