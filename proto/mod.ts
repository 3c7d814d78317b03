/**
 * Protobuf: messages described as data, read from and written as text and binary.
 *
 * It contains none of Caffe's messages, evaluates no generated code, and accesses no files.
 *
 * @module
 */
export * from "./message.ts";
export { readBinary } from "./binary.ts";
export {
  type DeferredBytes,
  deferredBytes,
  headOf,
  numbersOf,
  type PartialFile,
  piecesOf,
  wholeOf,
} from "./deferred.ts";
export { lengthPrefix } from "./encode.ts";
export {
  encode,
  encodeBinary,
  encodeText,
  encodeTree,
  type OnLost,
  type Writable,
} from "./encode_tree.ts";
export { join } from "./join.ts";
export { type MessageObject, objectMessage } from "./object.ts";
export { suggest } from "./suggest.ts";
export { readText } from "./text.ts";
export { type Entry, readTree, type Tree, treeOf } from "./tree.ts";
