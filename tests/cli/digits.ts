/**
 * The network of the digits and pictures for it.
 *
 * @module
 */
import { Folder, pathOf } from "./command.ts";

/** The folder of the digits' pictures. */
export const samples: string = pathOf("examples/digits/samples/");

/** The names of some pictures, which begin with their digits. */
export const pictures: readonly string[] = ["4_open.png", "7_barred.png", "9_small.png"];

/** A folder with the bundle of the digits, `m.npz`. */
export async function withDigits(...options: string[]): Promise<Folder> {
  const folder = new Folder();
  const digits = (name: string) => pathOf(`examples/digits/${name}`);
  const files = [digits("deploy.prototxt"), digits("digits.caffemodel"), "-o", "m.npz"];
  await folder.done("convert", ...files, "--input-scale", `${1 / 256}`, ...options);
  return folder;
}
