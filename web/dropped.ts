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
  /** Files of which only one can be meant, if there are any. */
  readonly rivals: readonly File[];
}

/** Classifies files. */
export async function sortFiles(files: Iterable<File>): Promise<Dropped> {
  const found = new Map<Role, File>();
  const unknown: File[] = [];
  let rivals: readonly File[] = [];
  for (const file of files) {
    const role = await roleFor(file);
    if (role === undefined) unknown.push(file);
    else if (found.has(role)) rivals = [found.get(role)!, file];
    else found.set(role, file);
  }
  const { picture, ...model } = Object.fromEntries(found) as { [R in Role]?: File };
  return { model, picture, unknown, rivals };
}

/** Why files cannot be opened, if they cannot. */
export function problemOf({ unknown, rivals }: Dropped): string | undefined {
  if (unknown.length > 0) {
    const names = unknown.map(({ name }) => name).join(", ");
    return `Cannot open ${names}: a model is a .prototxt and a .caffemodel, or a ` +
      "bundle .npz";
  }
  const [one, other] = rivals.map(({ name }) => name);
  if (other === undefined) return undefined;
  return `Cannot open ${one} and ${other} at once: they are of one kind; choose one of them`;
}

/**
 * Adds files to those of a model. A network or a bundle starts a new model, except that a network
 * completes files that were dropped before it, such as weights.
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
  const extension = /\.([^.]+)$/.exec(file.name.toLowerCase())?.[1] ?? "";
  const role = roles.get(extension);
  // A .txt may be a network (deploy.prototxt.txt), and a .prototxt a label map. Other extensions are
  // unambiguous.
  if (role !== undefined && role !== "labels" && role !== "network") return role;
  if (file.type.startsWith("image/")) return "picture";
  const detected = roleOf(await startOf(file));
  return role === "network" && detected !== "labels" ? role : detected ?? role;
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

/** The `accept` attribute of file inputs. */
export const accepted = [...roles.keys()].map((extension) => `.${extension}`).join(",") +
  ",image/*";
