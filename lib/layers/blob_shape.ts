/**
 * The message in which settings give the shape of a blob.
 *
 * @module
 */
import { int64, message, repeated } from "../../proto/message.ts";

export const BlobShape = message("BlobShape", { dim: repeated(int64(1)) });
