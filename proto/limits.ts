/**
 * Limits that no network's file reaches. They keep hostile files from exhausting the stack or memory.
 *
 * @module
 */

/** The most messages inside each other: protobuf's own limit. */
export const deepestNesting = 100;

/** The most fields and messages of a file, or values of a field; numbers in blobs do not count. */
export const mostFields = 2 ** 22;

/** The problems, in messages. */
export const tooDeep = `more than ${deepestNesting} nested messages`;
export const tooMany = `more than ${mostFields} fields`;
