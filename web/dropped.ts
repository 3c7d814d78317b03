/**
 * Classifies dropped files by their names, or by their first bytes if the name is ambiguous.
 *
 * @module
 */
import { headLength, type Role, roleOf } from "../lib/caffe/file_kind.ts";
import type { ModelFiles } from "./messages.ts";

/** Classified files. */
interface Dropped {
  /** The files of a model, if there are any. */
  readonly model: ModelFiles;
  readonly picture: File | undefined;
  /** Files of no known kind. */
  readonly unknown: readonly File[];
}

/** Classifies files; among several of one kind, the last counts. */
export async function sortFiles(files: Iterable<File>): Promise<Dropped> {
  const found = new Map<Role, File>();
  const unknown: File[] = [];
  for (const file of files) {
    const role = await roleFor(file);
    if (role === undefined) unknown.push(file);
    else found.set(role, file);
  }
  const { picture, ...model } = Object.fromEntries(found) as { [R in Role]?: File };
  return { model, picture, unknown };
}

/**
 * Adds files to those of a model, unless they contain a network or a bundle, which starts a new
 * one. Weights that came first wait for their network.
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

async function roleFor(file: File): Promise<Role | undefined> {
  const ending = /\.([^.]+)$/.exec(file.name.toLowerCase())?.[1] ?? "";
  const role = roles.get(ending);
  // A text may be a network whose name has a second extension, and a prototxt a label map; other names
  // are trusted.
  if (role !== undefined && role !== "labels" && role !== "network") return role;
  if (file.type.startsWith("image/")) return "picture";
  const told = roleOf(await startOf(file));
  return role === "network" && told !== "labels" ? role : told ?? role;
}

/** The first bytes of a file; none of a dropped folder. */
async function startOf(file: File): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.slice(0, headLength).arrayBuffer());
  } catch {
    return new Uint8Array(0);
  }
}

const roles: ReadonlyMap<string, Role> = new Map([
  ["prototxt", "network"],
  ["pbtxt", "network"],
  ["caffemodel", "weights"],
  ["h5", "weights"],
  ["binaryproto", "mean"],
  ["npy", "mean"],
  ["npz", "bundle"],
  ["txt", "labels"],
]);

/** What a file input offers. */
export const accepted = [...roles.keys()].map((ending) => `.${ending}`).join(",") + ",image/*";
