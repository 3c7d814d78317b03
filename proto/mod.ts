/**
 * Protobuf: messages described as data, read from text and binary. `encode_tree.ts` writes them; it
 * stands alone because the package that it needs takes longer to load than Deno to start.
 *
 * It contains none of Caffe's messages, evaluates no generated code, and accesses no files.
 *
 * @module
 */
export * from "./message.ts";
export { readBinary } from "./binary.ts";
export { deferredBytes, headOf, numbersOf, type PartialFile, wholeOf } from "./deferred.ts";
export { join } from "./join.ts";
export { type MessageObject, objectMessage } from "./object.ts";
export { suggest } from "./suggest.ts";
export { readText } from "./text.ts";
export { type Entry, readTree, type Tree, treeOf } from "./tree.ts";
