/**
 * Correlation in NHWC4: four displacements an invocation, four channels at a time.
 *
 * @module
 */
import { extentsOf } from "../conv2d/geometry.ts";
import { sideOf } from "../correlation.ts";
import { invocations } from "../shader.ts";
import type { FoursKernel } from "./kernel.ts";
import { pixelsOf, quadsOf } from "./layout.ts";

/** The NHWC4 kernel of `correlation`. */
export const correlationFours: FoursKernel<"correlation"> = {
  leads: true,
  shaders(attributes, [first], output) {
    const { compare, kernel, pad, displacement, stride, step, flat } = attributes;
    const channels = first![1]!;
    const quads = quadsOf(output[1]!);
    return [invocations(pixelsOf(output) * quads, {
      variant: "fours",
      code: code + comparisons[compare],
      sizes: {
        quads,
        displacements: output[1]!,
        ...extentsOf(first!, output),
        step: stride,
        right: displacement - pad,
        down: flat ? 0 : displacement - pad,
        side: sideOf(attributes),
        apart_x: step,
        apart_y: flat ? 0 : step,
        kernel,
        in_quads: quadsOf(channels),
        compared: channels * kernel ** 2,
      },
    })];
  },
};

const code = /* wgsl */ `
// put: [N, rows, columns, quads of displacements]
// at1, at2: [N, height, width, in_quads]

// One invocation compares a window with four that are displaced.
fn invocation(i: i32) {
  let quad = i % g.quads;
  let pixel = i / g.quads;
  let x = pixel % g.columns * g.step + g.right;
  let y = pixel / g.columns % g.rows * g.step + g.down;
  let first_row = pixel / (g.columns * g.rows) * g.height;
  let d = vec4i(0, 1, 2, 3) + quad * 4;
  let across = x + (d % g.side - g.side / 2) * g.apart_x;
  let along = y + (d / g.side - g.side / 2) * g.apart_y;
  var sum = vec4f();
  for (var h = 0; h < g.kernel; h++) {
    for (var w = 0; w < g.kernel; w++) {
      let is_here = is_inside(vec4i(y + h), vec4i(x + w)).x;
      let is_there = is_inside(along + h, across + w);
      let here = place(first_row, vec4i(y + h), vec4i(x + w)).x * g.stride1 + g.start1;
      let there = place(first_row, along + h, across + w) * g.stride2 + g.start2;
      for (var k = 0; k < g.in_quads; k++) {
        let a = select(vec4f(), at1(here + k), is_here);
        sum += vec4f(
          compare(a, select(vec4f(), at2(there.x + k), is_there.x)),
          compare(a, select(vec4f(), at2(there.y + k), is_there.y)),
          compare(a, select(vec4f(), at2(there.z + k), is_there.z)),
          compare(a, select(vec4f(), at2(there.w + k), is_there.w)),
        );
      }
    }
  }
  put(pixel, quad, select(vec4f(), sum / f32(g.compared), d < vec4i(g.displacements)));
}

fn is_inside(h: vec4i, w: vec4i) -> vec4<bool> {
  return (vec4u(h) < vec4u(u32(g.height))) & (vec4u(w) < vec4u(u32(g.width)));
}

// Pixel indices, clamped to the image.
fn place(row: i32, h: vec4i, w: vec4i) -> vec4i {
  let inside_h = clamp(h, vec4i(), vec4i(g.height - 1));
  return (row + inside_h) * g.width + clamp(w, vec4i(), vec4i(g.width - 1));
}
`;

const comparisons = {
  product: `fn compare(a: vec4f, b: vec4f) -> f32 { return dot(a, b); }\n`,
  difference: `fn compare(a: vec4f, b: vec4f) -> f32 { return dot(abs(a - b), vec4f(1.0)); }\n`,
};
