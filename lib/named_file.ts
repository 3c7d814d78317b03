/**
 * Files as the converter is given them.
 *
 * @module
 */
import type { PartialFile } from "../proto/mod.ts";

/** A file, and what to call it in messages. */
export interface NamedFile {
  /** All its bytes, or what reads any part of it: then weights are not in memory twice. */
  readonly bytes: Uint8Array | PartialFile;
  /** Its name, or any other word for it. */
  readonly name: string;
}

/** A file that has been read, and what to call it in messages. */
export interface NamedBytes extends NamedFile {
  /** The whole file. */
  readonly bytes: Uint8Array;
}
