/**
 * Tells by their names what dropped files are, and by how they start where the name tells little.
 *
 * @module
 */
import { headLength, type Role, roleOf } from "../lib/caffe/file_kind.ts";
import type { ModelFiles } from "./messages.ts";

/** Files, sorted. */
interface Dropped {
  /** Those of a model; there may be none. */
  readonly model: ModelFiles;
  readonly picture: File | undefined;
  /** Those that nothing can be done with. */
  readonly unknown: readonly File[];
}

/** Sorts files by what they are; of several that are the same, the last counts. */
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

async function roleFor(file: File): Promise<Role | undefined> {
  const ending = /\.([^.]+)$/.exec(file.name.toLowerCase())?.[1] ?? "";
  const role = roles.get(ending);
  // Text may be a network's, whose name has got a second ending, or a prototxt may be a label map; what
  // else has a name keeps to it.
  if (role !== undefined && role !== "labels" && role !== "network") return role;
  if (file.type.startsWith("image/")) return "picture";
  const told = roleOf(await startOf(file));
  return role === "network" && told !== "labels" ? role : told ?? role;
}

/** How a file starts; a folder that was dropped has nothing. */
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
