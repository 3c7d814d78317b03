/**
 * Protobuf for Caffe's files: messages described as data, read from text and from binary files.
 *
 * It knows no message of Caffe's, evaluates no generated code, and touches no file.
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
  wholeOf,
} from "./deferred.ts";
export { encode, lengthPrefix, type Writable } from "./encode.ts";
export { encodeBinary, encodeText, type OnLost } from "./encode_tree.ts";
export { type MessageObject, objectMessage } from "./object.ts";
export { suggest } from "./suggest.ts";
export { readText } from "./text.ts";
export { type Entry, readTree, type Tree, treeOf } from "./tree.ts";
