/**
 * Shaders in NHWC4 whose output has the extents of their input.
 *
 * @module
 */
import { count, type Shape } from "../../tensor.ts";
import { invocations, type Shader } from "../shader.ts";
import { pixelsOf, quadsOf } from "./layout.ts";

/**
 * A shader that computes a quad an invocation by calling the caller's `fn compute(x: vec4f, pixel: i32,
 * quad: i32) -> vec4f`, where `x` is the input's quad at the same place.
 */
export function perQuad(
  compute: string,
  output: Shape,
  rest: Partial<Omit<Shader, "code" | "workgroups">> = {},
): Shader {
  const quads = quadsOf(output[1]!);
  return invocations(pixelsOf(output) * quads, {
    variant: "fours",
    code: main + compute,
    ...rest,
    sizes: { quads, plane: count(output.slice(2)), ...rest.sizes },
  });
}

const main = /* wgsl */ `
// put: [pixels, quads]
// at1: [pixels, quads]

// One invocation computes a quad.
fn invocation(i: i32) {
  let pixel = i / g.quads;
  let quad = i % g.quads;
  put(pixel, quad, compute(at1(pixel * g.stride1 + g.start1 + quad), pixel, quad));
}
`;
