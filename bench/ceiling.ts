/**
 * The ceiling of the adapter: its peak multiply-add rate without memory access, and its bandwidth.
 *
 * @module
 */
import { openDevice } from "../runtime/gpu/device.ts";

/** The highest rates measured. */
export interface Ceiling {
  /** Floating-point operations per nanosecond; a multiply-add counts as two. */
  readonly gflops: number;
  /** Bytes read and written per nanosecond. */
  readonly gigabytes: number;
}

/** The product: its invocations, their workgroups, and the steps of each of their chains. */
const invocations = 1 << 16, productWorkgroup = 64, steps = 256, chains = "abcdefgh";
/** The copy: the bytes of a buffer, its workgroups, and the bytes of an element. */
const bytes = 1 << 26, copyWorkgroup = 256, vec4Bytes = 16;
/** The minimum duration of a measurement in milliseconds, and the maximum number of dispatches. */
const leastMilliseconds = 200;
const mostDispatches = 1 << 14;

/** Independent chains of multiply-adds of four numbers, eight per invocation. */
const multiply = (step: string) => `
@group(0) @binding(0) var<storage, read_write> output: array<vec4f>;
@compute @workgroup_size(${productWorkgroup})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let x = vec4f(1.0 + f32(id.x) * 1e-9);
  let y = vec4f(f32(id.x) * 1e-6);
  var a = y; var b = y + 1.0; var c = y + 2.0; var d = y + 3.0;
  var e = y + 4.0; var f = y + 5.0; var g = y + 6.0; var h = y + 7.0;
  for (var i = 0; i < ${steps}; i++) {
    ${[...chains].map((name) => step.replaceAll("?", name)).join(" ")}
  }
  output[id.x] = a + b + c + d + e + f + g + h;
}
`;

const copy = `
@group(0) @binding(0) var<storage, read_write> output: array<vec4f>;
@group(0) @binding(1) var<storage, read> input: array<vec4f>;
@compute @workgroup_size(${copyWorkgroup})
fn main(@builtin(global_invocation_id) id: vec3u) {
  output[id.x] = input[id.x];
}
`;

/** Measures the adapter that the runtime would use. */
export async function measureCeiling(): Promise<Ceiling> {
  const device = await openDevice();
  const buffer = () => device.createBuffer({ size: bytes, usage: GPUBufferUsage.STORAGE });
  const from = buffer(), to = buffer();
  const fastest = (code: string, buffers: readonly GPUBuffer[], workgroups: number) =>
    shortest(device, code, buffers, workgroups);
  // Software adapters may be slower with either variant.
  const multiplied = Math.min(
    await fastest(multiply("? = fma(?, x, y);"), [to], invocations / productWorkgroup),
    await fastest(multiply("? = ? * x + y;"), [to], invocations / productWorkgroup),
  );
  const copied = await fastest(copy, [to, from], bytes / vec4Bytes / copyWorkgroup);
  device.destroy();
  const multiplyAdds = invocations * steps * chains.length * 4;
  return {
    gflops: 2 * multiplyAdds / multiplied / 1e6,
    gigabytes: 2 * bytes / copied / 1e6,
  };
}

/** The shortest time per dispatch in milliseconds. */
async function shortest(
  device: GPUDevice,
  code: string,
  buffers: readonly GPUBuffer[],
  workgroups: number,
): Promise<number> {
  const pipeline = device.createComputePipeline({
    layout: "auto",
    compute: { module: device.createShaderModule({ code }) },
  });
  const bindGroup = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
  const run = async (dispatches: number) => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    for (let i = 0; i < dispatches; i++) pass.dispatchWorkgroups(workgroups);
    pass.end();
    const start = performance.now();
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
    return performance.now() - start;
  };
  // As many dispatches as make the cost of waiting negligible.
  let dispatches = 1;
  while (await run(dispatches) < leastMilliseconds && dispatches < mostDispatches) dispatches *= 2;
  const times: number[] = [];
  for (let i = 0; i < 5; i++) times.push(await run(dispatches) / dispatches);
  return Math.min(...times);
}
