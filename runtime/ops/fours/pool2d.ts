/**
 * Pooling in NHWC4: maximum, argmax and average.
 *
 * Software GPUs compute small windows in tiles (`window_tiles.ts`): on Mesa's lavapipe, the maximum of
 * 3 × 3 windows takes half of the time of a loop over the window with stride 1, and two thirds with
 * stride 2.
 *
 * On hardware GPUs, global pooling of large images takes two dispatches: one pools rows, the other
 * its results. One alone has an invocation per quad of channels, which waits for each pixel in turn.
 *
 * @module
 */
import { count, type Shape } from "../../tensor.ts";
import type { Pair } from "../attribute.ts";
import { alongAxes, extentsOf } from "../conv2d/geometry.ts";
import { windowsOf } from "../pool2d.ts";
import { invocations, type Shader } from "../shader.ts";
import { finishFours } from "./finish.ts";
import type { FoursKernel } from "./kernel.ts";
import { pixelsOf, quadsOf } from "./layout.ts";
import { type Sum, windowTiles } from "./window_tiles.ts";

/** The pixels of an image from which a second dispatch costs less than reading them in turn. */
const fewest = 128;

/** The most taps of windows that software GPUs compute in tiles, if they meet each other. */
const mostTaps = 25;

/** What tiles compute of a window, by the functions of its method. */
const sum: Sum = {
  name: "pool",
  none: "none()",
  add: (sum, x) => `combine(${sum}, ${x}, 0)`,
  value: (sum, row, column) => `ended(${sum}, area(${row}, ${column}))`,
};

/** The NHWC4 kernel of `pool2d`. */
export const pool2dFours: FoursKernel<"pool2d"> = {
  leads: true,
  shaders(attributes, [input], output, { software, activations }) {
    const { method } = attributes;
    if (method === "weighted") return undefined;
    // Positions are not zero in padding channels, and not exact in float16.
    if (method === "argmax" && (output[1]! % 4 !== 0 || activations === "float16")) {
      return undefined;
    }
    const { kernel, stride, pad } = windowsOf(attributes, input!);
    const quads = quadsOf(output[1]!);
    // A window wholly outside the input gives the lowest float, also in padding channels.
    const outside = stride.some((step, axis) =>
      (output[2 + axis]! - 1) * step - pad[axis]! >= input![2 + axis]!
    );
    if (outside && output[1]! % 4 !== 0) return undefined;
    const functions = common + methods[method];
    const meet = stride.every((step, axis) => step <= kernel[axis]!);
    if (software && method !== "argmax" && meet && count(kernel) <= mostTaps) {
      const windows = { kernel, stride, pad, dilation: [1, 1] } as const;
      const code = functions + finishFours({ residual: false, activation: null }, 0, 0);
      const shader = { variant: "tiles", code, copies: count(stride) === 1 };
      return [windowTiles(windows, input!, output, software, sum, shader)];
    }
    const shader = (input: Shape, output: Shape, kernel: Pair): Shader =>
      invocations(pixelsOf(output) * quads, {
        variant: "fours",
        copies: kernel[0] * kernel[1] > 4 * stride[0] * stride[1],
        code: code + functions,
        sizes: {
          ...alongAxes({ kernel, stride, pad }),
          ...extentsOf(input, output),
          quads,
        },
      });
    const [height, width] = kernel, lines = [...input!.slice(0, 3), 1];
    // Instead of few invocations that read whole images, more read rows, and few their results.
    return !software && attributes.global && method !== "argmax" && height * width >= fewest
      ? [
        { ...shader(input!, lines, [1, width]), between: lines },
        shader(lines, output, [height, 1]),
      ]
      : [shader(input!, output, kernel)];
  },
};

const code = /* wgsl */ `
// put: [N, rows, columns, quads]
// at1: [N, height, width, quads]

// One invocation computes a quad of the output.
fn invocation(i: i32) {
  let quad = i % g.quads;
  let pixel = i / g.quads;
  let n = pixel / (g.rows * g.columns);
  let row = pixel / g.columns % g.rows;
  let column = pixel % g.columns;
  let y = row * g.stride_h - g.pad_h;
  let x = column * g.stride_w - g.pad_w;
  let stride = g.stride1;
  let left = max(x, 0);
  let taps = min(x + g.kernel_w, g.width) - left;
  let top = max(y, 0);
  let lines = min(y + g.kernel_h, g.height) - top;
  var at = ((n * g.height + top) * g.width + left) * stride + g.start1 + quad;
  let down = (g.width - taps + 1) * stride;

  var result = none();
  var place = top * g.width + left;
  var w = 0;
  for (var k = select(0, lines * taps, lines > 0 && taps > 0); k > 0; k--) {
    result = combine(result, at1(at), place);
    w += 1;
    let next = w == taps;
    at += select(stride, down, next);
    place += select(1, g.width - taps + 1, next);
    w = select(w, 0, next);
  }
  put(pixel, quad, ended(result, area(row, column)));
}
`;

const common = /* wgsl */ `
const lowest = -0x1.fffffep+127f;

// Caffe counts the padding in the mean, but not what lies beyond it.
fn area(row: i32, column: i32) -> f32 {
  let y = row * g.stride_h - g.pad_h;
  let x = column * g.stride_w - g.pad_w;
  let height = min(y + g.kernel_h, g.height + g.pad_h) - y;
  return f32(height * (min(x + g.kernel_w, g.width + g.pad_w) - x));
}
`;

const methods = {
  max: /* wgsl */ `
fn none() -> vec4f { return vec4f(lowest); }
fn combine(a: vec4f, b: vec4f, place: i32) -> vec4f { return max(a, b); }
fn ended(a: vec4f, area: f32) -> vec4f { return a; }
`,
  argmax: /* wgsl */ `
var<private> places = vec4f(-1.0);
fn none() -> vec4f { return vec4f(lowest); }
fn combine(a: vec4f, b: vec4f, place: i32) -> vec4f {
  places = select(places, vec4f(f32(place)), b > a);
  return select(a, b, b > a);
}
fn ended(a: vec4f, area: f32) -> vec4f { return places; }
`,
  average: /* wgsl */ `
fn none() -> vec4f { return vec4f(); }
fn combine(a: vec4f, b: vec4f, place: i32) -> vec4f { return a + b; }
fn ended(a: vec4f, area: f32) -> vec4f { return a / area; }
`,
};
