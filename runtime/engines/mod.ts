/**
 * The engines of this runtime. Builds for the GPU or the CPU alone replace this module by the other
 * one.
 *
 * @module
 */
export { openEngine } from "./both.ts";
