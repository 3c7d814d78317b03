/**
 * What an NHWC4 implementation of an op is.
 *
 * @module
 */
import type { Shape } from "../../tensor.ts";
import type { Attributes, OpName } from "../mod.ts";
import type { Shader } from "../shader.ts";
import type { Traits } from "../traits.ts";

/** The NHWC4 implementation of an op. */
export interface FoursKernel<Name extends OpName> {
  /** Whether it is so much faster that its inputs are converted to NHWC4 for it. */
  readonly leads?: boolean;
  /** The shaders; `undefined` if these settings or shapes have to be computed on planes. */
  shaders(
    attributes: Attributes[Name],
    inputs: readonly Shape[],
    output: Shape,
    traits: Traits,
    /** Whether the first input is in NCHW and may be read so, by shaders with `readsPlanes`. */
    inPlanes: boolean,
  ): readonly Shader[] | undefined;
}
