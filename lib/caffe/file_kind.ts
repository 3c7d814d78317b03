// deno-lint-ignore-file no-control-regex
/**
 * Tells what a file is that is given in place of one of Caffe's, by how it starts.
 *
 * @module
 */

/** How files start that people mistake for a network, and what to do about it. */
const kinds: readonly (readonly [start: RegExp, kind: string])[] = [
  [/^\x89HDF/, "an HDF5 file, not a protobuf one"],
  [/^\xff\xd8\xff|^\x89PNG|^GIF8/, "a picture, not a network"],
  [/^PK\x03\x04/, "a zip or a bundle, not one of Caffe's files"],
  [/^\x1f\x8b/, "compressed; unpack it with gunzip first"],
  [/^\x93NUMPY/, "an array of NumPy's, not one of Caffe's files"],
  [/^version https:\/\/git-lfs/, "a pointer of Git LFS; git lfs pull fetches the file itself"],
  [/^\s*<(!doctype|html|\?xml)/i, "a web page; download the file itself"],
];

/** What a file is that cannot be Caffe's, or `undefined` if it may be. */
export function foreignKind(bytes: Uint8Array): string | undefined {
  const start = String.fromCharCode(...bytes.subarray(0, 64));
  return kinds.find(([pattern]) => pattern.test(start))?.[1];
}
