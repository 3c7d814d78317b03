/**
 * Errors of the GPU engine.
 */
import assert from "node:assert/strict";
import { openDevice } from "../../runtime/gpu/device.ts";
import { GpuEngine } from "../../runtime/gpu/engine.ts";
import { pipelineFor } from "../../runtime/gpu/pipeline.ts";
import { resultsOf } from "../../runtime/graph.ts";
import { Random } from "../random.ts";
import { disguise, onGpu as test, rectifier } from "./gpu_helpers.ts";

const random = new Random(3);

test("a shader that does not compile is reported with its node and line", async () => {
  const device = await openDevice();
  const code = `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  output[id.x] = nonsense(width);
}
`;
  const shader = { code, constants: { width: 5 }, workgroups: [1, 1, 1] } as const;
  // Another node with the same text is told its own name.
  for (const node of ["conv1", "conv2"]) {
    await assert.rejects(pipelineFor(device, shader, `conv2d "${node}"`), {
      name: "Error",
      message: new RegExp(
        `^Cannot compile the shader of conv2d "${node}": [^]*nonsense[^]*` +
          String.raw`\n {2}line \d+: output\[id.x\] = nonsense\(width\);$`,
      ),
    });
  }
  device.destroy();
});

test("a program that cannot be prepared holds no buffers", async () => {
  const device = await openDevice(), create = device.createBuffer.bind(device);
  const held = new Set<GPUBuffer>();
  device.createBuffer = (descriptor) => {
    const buffer = create(descriptor), destroy = buffer.destroy.bind(buffer);
    buffer.destroy = () => {
      held.delete(buffer);
      destroy();
    };
    held.add(buffer);
    return buffer;
  };
  device.createBindGroup = () => {
    throw new RangeError("there is no room");
  };
  const engine = new GpuEngine(device, true), graph = rectifier(3, 5);
  await assert.rejects(engine.prepare(graph, resultsOf(graph)), { message: "there is no room" });
  assert.equal(held.size, 0);
  engine.destroy();
});

test("a lost device is reported, both by runs and by preparing", async () => {
  const device = await openDevice();
  const engine = new GpuEngine(device, false);
  const graph = rectifier(2, 3);
  const program = await engine.prepare(graph, resultsOf(graph));
  const input = random.tensor([2, 3]);
  await program.run([input]);
  device.destroy();
  const message = (action: string) =>
    new RegExp(`^Cannot ${action}: the GPU was lost \\(.+\\)\\. Load the network again$`);
  await assert.rejects(program.run([input]), { message: message("run the network") });
  // A graph whose shaders are compiled, and one whose shaders are not.
  for (const graph of [rectifier(2, 3), rectifier(7, 11)]) {
    await assert.rejects(engine.prepare(graph, resultsOf(graph)), {
      message: message("prepare the network"),
    });
  }
});

test("a device that is lost during a run is reported", async () => {
  const device = await openDevice();
  const graph = rectifier(2, 3);
  const program = await new GpuEngine(device, false).prepare(graph, resultsOf(graph));
  const runs = Array.from({ length: 3 }, () => program.run([random.tensor([2, 3])]));
  await Promise.resolve();
  device.destroy();
  for (const run of await Promise.allSettled(runs)) {
    if (run.status === "rejected") assert.match(run.reason.message, /the GPU was lost/);
  }
  assert.equal((await Promise.allSettled(runs)).at(-1)!.status, "rejected");
});

test("a GPU that is out of memory is reported, with what to do", async () => {
  const device = await openDevice();
  const scopes: string[] = [];
  const exhausted = disguise(device, {
    pushErrorScope: (filter: string) => scopes.push(filter),
    popErrorScope: () =>
      Promise.resolve(scopes.pop() === "out-of-memory" ? { message: "out of memory" } : null),
  });
  const graph = rectifier(2, 3);
  await assert.rejects(new GpuEngine(exhausted, false).prepare(graph, resultsOf(graph)), {
    message: "Cannot prepare the network: the GPU is out of memory. Use a smaller batch, or the " +
      'device "cpu"',
  });
  device.destroy();
});
