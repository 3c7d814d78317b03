/**
 * Limits that no network's file reaches. They keep hostile files from exhausting the stack or memory.
 *
 * @module
 */

/** The most messages inside each other: protobuf's own limit. */
export const DEEPEST_NESTING = 100;

/** The most fields and messages of a file, or values of a field; numbers in blobs do not count. */
export const MOST_FIELDS = 2 ** 22;

/** The problems, in messages. */
export const TOO_DEEP = `more than ${DEEPEST_NESTING} nested messages`;
export const TOO_MANY = `more than ${MOST_FIELDS} fields`;
