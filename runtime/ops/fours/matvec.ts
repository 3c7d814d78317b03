/**
 * A fully connected layer for few samples on hardware GPUs: one workgroup per quad of outputs of
 * one sample.
 *
 * Its 64 threads split the inputs, so that neighbours read neighbouring weights, and reduce their
 * partial sums as a tree, in a fixed order. Chosen for up to eight samples unless the adapter is a
 * software one; a GEMM would leave most of its tile empty.
 *
 * @module
 */
import { type Shader, workgroups } from "../shader.ts";
import { type Convolution, type Kernel, packedOf } from "./convolution.ts";
import { biasAndFinishFours } from "./finish.ts";
import { quadsOf } from "./layout.ts";
import { packTiles } from "./weights.ts";

/** The most samples that it is used for. */
const mostSamples = 8;

/** The kernel of a fully connected layer: a 1 × 1 convolution of one row of few pixels. */
export function matvec(convolution: Convolution): Kernel[] {
  const { samples, rows, height, width, columns, kernel, pad, planes, group, phases } = convolution;
  const isOneRow = samples * rows * height * kernel[0] * kernel[1] === 1 && pad[0] + pad[1] === 0;
  const fits = isOneRow && width === columns && columns <= mostSamples && planes === 0 &&
    group === 1 && phases === undefined;
  return fits ? [{ name: "rows", shaders: () => [shader(convolution)] }] : [];
}

function shader(convolution: Convolution): Shader {
  const { columns, output, inputs, weights } = convolution;
  const outQuads = quadsOf(output);
  return workgroups(columns * outQuads, {
    code: code + biasAndFinishFours(convolution, output),
    sizes: { samples: columns, in_quads: quadsOf(inputs), out_quads: outQuads },
    tables: { 1: "weight" },
    packed: packedOf(convolution, packTiles(weights, 1, 1)),
  }, 64);
}

const code = /* wgsl */ `
// put: [N, out_quads]
// at1: [N, in_quads]
// weight: [out_quads, in_quads, 4 inputs]

var<workgroup> parts: array<vec4f, 64>;

// One workgroup computes a quad; each thread sums every 64th quad of inputs.
fn one_workgroup(i: i32, local: u32) {
  // Workgroups that read the same weights run at the same time.
  let n = i % g.samples;
  let quad = i / g.samples;
  let t = i32(local);
  var sum = vec4f();
  for (var k = t; k < g.in_quads; k += 64) {
    let v = at1(n * g.stride1 + g.start1 + k);
    let at = (quad * g.in_quads + k) * 4;
    sum = fma(weight(at), vec4f(v.x), sum);
    sum = fma(weight(at + 1), vec4f(v.y), sum);
    sum = fma(weight(at + 2), vec4f(v.z), sum);
    sum = fma(weight(at + 3), vec4f(v.w), sum);
  }
  parts[t] = sum;
  workgroupBarrier();
  for (var half = 32; half > 0; half /= 2) {
    if (t < half) { parts[t] += parts[t + half]; }
    workgroupBarrier();
  }
  if (t == 0) { put(n, quad, finish(biased(parts[0], quad), n, quad)); }
}
`;
