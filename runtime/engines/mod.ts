/**
 * The engines of this runtime. A runtime made for the GPU or for the CPU alone has the other module
 * in place of this one's.
 *
 * @module
 */
export { openEngine } from "./both.ts";
