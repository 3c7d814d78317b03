/**
 * Finds the input and output paths in the options of a command line.
 *
 * @module
 */
import type { CommandLine, Options } from "./options.ts";
import type { OutputPath } from "./output_paths.ts";
import { UsageError } from "./usage_error.ts";

/** The paths of options that name input files. */
export function inputPaths({ values }: CommandLine<Options>, options: Options): readonly string[] {
  const named = Object.entries(options).filter(([, { path }]) => path === "read");
  return named.flatMap(([name]): readonly string[] => {
    const value = values[name];
    if (typeof value === "string") return [value];
    // Repeatable options have the form `name=path`.
    return Array.isArray(value) ? value.map((text) => text.slice(text.indexOf("=") + 1)) : [];
  });
}

/** The paths of options that name output files and folders. */
export function outputPaths(
  { values }: CommandLine<Options>,
  options: Options,
): readonly OutputPath[] {
  return Object.entries(options).flatMap(([name, { path }]) => {
    const value = values[name];
    if (typeof value !== "string" || path === undefined || path === "read") return [];
    const isFolder = path === "folder" || path === "pictures" && !isPng(value);
    return [{ path: value, from: `--${name}`, isFolder }];
  });
}

/** Extensions of formats that are written, or that somebody may expect to be written. */
const knownFormat =
  /\.(binaryproto|caffemodel|csv|h5|html|jpe?g|json|m?js|npy|npz|onnx|pb|pdf|png|prototxt|ts|txt)$/i;

/**
 * Refuses names of output files that have the extension of another format. Unknown extensions are
 * accepted.
 *
 * @throws {UsageError} with the option that writes that format, if there is one.
 */
export function checkExtensions({ values }: CommandLine<Options>, options: Options): void {
  const writing = Object.entries(options).filter(([, { path }]) => path === "written");
  for (const [name, { extensions }] of writing) {
    const value = values[name];
    const extension = typeof value === "string" && knownFormat.exec(value)?.[0].toLowerCase();
    if (!extension || extensions === undefined || extensions.includes(extension)) continue;
    const right = writing.find(([, { extensions }]) => extensions?.includes(extension))?.[0];
    throw new UsageError(
      `--${name} writes a ${extensions.join(" or ")}, not ${value}` +
        (right === undefined ? "" : `; for that there is --${right}`),
    );
  }
}

/** The option that writes a file with the extension of this one: `-o`; `undefined` if none does. */
export function writingOption(file: string, options: Options): string | undefined {
  const extension = knownFormat.exec(file)?.[0].toLowerCase();
  if (extension === undefined) return undefined;
  for (const [name, { path, extensions, short }] of Object.entries(options)) {
    if (path !== "written" || !extensions?.includes(extension)) continue;
    return short === undefined ? `--${name}` : `-${short}`;
  }
}

/** Extensions of picture formats that cannot be written. */
const otherPicture = /\.(avif|bmp|gif|jpe?g|ppm|tiff?|webp)$/i;

/**
 * Whether a path names a picture rather than a folder of pictures.
 *
 * @throws {UsageError} if it names one of another format than PNG.
 */
export function isPng(path: string): boolean {
  if (otherPicture.test(path)) {
    throw new UsageError(
      `${path} is no name for a PNG, and pictures are written as PNG: -o out.png`,
    );
  }
  return path.toLowerCase().endsWith(".png");
}
