/**
 * Local response normalisation in NHWC4: across channels, where a quad and its two neighbours cover
 * neighbourhoods of up to nine channels, or within each channel.
 *
 * @module
 */
import { f32 } from "../shader.ts";
import type { FoursKernel } from "./kernel.ts";
import { perQuad } from "./per_quad.ts";

/** The NHWC4 kernel of `lrn`. */
export const lrnFours: FoursKernel<"lrn"> = {
  shaders({ region, size, alpha, beta, k }, _, output) {
    const across = region === "across";
    // In padding channels, a base of zero would give NaN.
    if (across && (size > 9 || k <= 0 && output[1]! % 4 !== 0)) return undefined;
    return [perQuad(code + (across ? acrossChannels : withinChannel), output, {
      copies: true,
      constants: {
        reach: (size - 1) / 2,
        alpha: f32(alpha / (across ? size : size * size)),
        beta: f32(beta),
        k: f32(across ? k : 1),
      },
      sizes: { height: output[2]!, width: output[3]! },
    })];
  },
};

const code = /* wgsl */ `
fn compute(x: vec4f, pixel: i32, quad: i32) -> vec4f {
  return x * pow(vec4f(k) + alpha * energy(pixel, quad), vec4f(-beta));
}
`;

const acrossChannels = /* wgsl */ `
// The squares of a quad, zeros beyond the first and the last one.
fn squares(line: i32, quad: i32) -> vec4f {
  let value = at1(line + clamp(quad, 0, g.quads - 1));
  return select(vec4f(), value * value, u32(quad) < u32(g.quads));
}

// The sum over the lanes of a quad, \`shift\` channels from here, within reach of channel \`c\`.
fn near(values: vec4f, shift: i32, c: i32) -> f32 {
  let distance = abs(vec4i(0, 1, 2, 3) + shift - c);
  return dot(values, select(vec4f(), vec4f(1.0), distance <= vec4i(reach)));
}

fn energy(pixel: i32, quad: i32) -> vec4f {
  let line = pixel * g.stride1 + g.start1;
  let a = squares(line, quad - 1);
  let b = squares(line, quad);
  let c = squares(line, quad + 1);
  return vec4f(
    near(a, -4, 0) + near(b, 0, 0) + near(c, 4, 0),
    near(a, -4, 1) + near(b, 0, 1) + near(c, 4, 1),
    near(a, -4, 2) + near(b, 0, 2) + near(c, 4, 2),
    near(a, -4, 3) + near(b, 0, 3) + near(c, 4, 3));
}
`;

const withinChannel = /* wgsl */ `
fn energy(pixel: i32, quad: i32) -> vec4f {
  let y = pixel / g.width % g.height;
  let x = pixel % g.width;
  let last = min(x + reach, g.width - 1);
  var sum = vec4f();
  for (var h = max(y - reach, 0); h <= min(y + reach, g.height - 1); h++) {
    for (var w = max(x - reach, 0); w <= last; w++) {
      let value = at1((pixel + (h - y) * g.width + w - x) * g.stride1 + g.start1 + quad);
      sum = fma(value, value, sum);
    }
  }
  return sum;
}
`;
