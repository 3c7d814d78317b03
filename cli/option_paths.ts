/**
 * Finds the paths that the options of a command line name.
 *
 * @module
 */
import type { Options, Words } from "./options.ts";
import type { Place } from "./places.ts";
import { UsageError } from "./usage_error.ts";

/** The files that options say are to be read. */
export function pathsRead({ values }: Words<Options>, options: Options): readonly string[] {
  const named = Object.entries(options).filter(([, { path }]) => path === "read");
  return named.flatMap(([name]): readonly string[] => {
    const given = values[name];
    if (typeof given === "string") return [given];
    // What may be given several times stands behind the name of what it is for.
    return Array.isArray(given) ? given.map((text) => text.slice(text.indexOf("=") + 1)) : [];
  });
}

/** What options say is to be written. */
export function placesWritten({ values }: Words<Options>, options: Options): readonly Place[] {
  return Object.entries(options).flatMap(([name, { path }]) => {
    const given = values[name];
    if (typeof given !== "string" || path === undefined || path === "read") return [];
    const isFolder = path === "folder" || path === "pictures" && !isPng(given);
    return [{ path: given, from: `--${name}`, isFolder }];
  });
}

/** Endings of pictures of other formats, which are not written. */
const otherPicture = /\.(avif|bmp|gif|jpe?g|ppm|tiff?|webp)$/i;

/**
 * Whether a path names a picture, and not a folder for some.
 *
 * @throws {UsageError} if it names one of another format.
 */
export function isPng(path: string): boolean {
  if (otherPicture.test(path)) {
    throw new UsageError(
      `${path} is no name for a PNG, and pictures are written as PNG: -o out.png`,
    );
  }
  return path.toLowerCase().endsWith(".png");
}
