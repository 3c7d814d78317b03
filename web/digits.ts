/**
 * The built-in example of the page.
 *
 * @module
 */
/// <reference lib="dom" />
import type { ModelFiles } from "./messages.ts";

/** Fetches the network that recognises handwritten digits. */
export async function openDigits(): Promise<ModelFiles> {
  const [network, weights, labels] = await Promise.all([
    fetchFile("deploy.prototxt"),
    fetchFile("digits.caffemodel"),
    fetchFile("labels.txt"),
  ]);
  // It was trained on grey values from 0 to 1.
  return { network, weights, labels, preprocessing: { scale: 1 / 256 } };
}

async function fetchFile(name: string): Promise<File> {
  const response = await fetch(`digits/${name}`);
  if (!response.ok) {
    throw new Error(`Cannot fetch digits/${name}: the server returned status ${response.status}`);
  }
  return new File([await response.blob()], name);
}
