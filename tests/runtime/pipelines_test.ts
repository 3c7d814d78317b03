/**
 * What is compiled into pipelines, and how often.
 */
import assert from "node:assert/strict";
import { openDevice } from "../../runtime/gpu/device.ts";
import { GpuEngine } from "../../runtime/gpu/engine.ts";
import { pipelineFor } from "../../runtime/gpu/pipeline.ts";
import { resultsOf, withInputShapes } from "../../runtime/graph.ts";
import { Random, Sketch } from "../random.ts";
import { disguise, onGpu as test } from "./gpu_helpers.ts";
import { asHardware } from "../traits.ts";

test("pipelineFor() compiles each distinct text once per device", async () => {
  const device = await openDevice();
  const code = `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;
@compute @workgroup_size(1)
fn main() { output[0] = f32(width); }
`;
  const make = (width: number) =>
    pipelineFor(device, { code, constants: { width }, workgroups: [1, 1, 1] }, "test");
  assert.equal(await make(1), await make(1));
  assert.notEqual(await make(1), await make(2));
  assert.throws(() => make(0.5), {
    message: `Cannot write shader constant "width": 0.5 is no integer, use f32()`,
  });
  device.destroy();
});

test("another batch size takes no other pipelines", async () => {
  const sketch = new Sketch();
  const picture = sketch.input("data", [2, 8, 6, 6]);
  const weights = sketch.constant("conv/weights", new Random(3).tensor([12, 8, 3, 3]));
  const conv = sketch.add("conv2d", "conv", [picture, weights], {
    output: 12,
    kernel: [3, 3],
    bias: false,
  });
  const pooled = sketch.add("pool2d", "pooled", [conv], {
    method: "max",
    kernel: [2, 2],
    stride: [2, 2],
  });
  const last = sketch.add("permute", "last", [pooled], { order: [0, 2, 3, 1] });
  const larger = sketch.add("upsample", "larger", [last], { scale: [2, 2] });
  const scores = sketch.add("softmax", "scores", [larger], { axis: -1 });
  const graph = sketch.finish(sketch.add("normalize", "normalized", [scores], {}));
  const device = await openDevice();
  let made = 0;
  const createComputePipelineAsync = (descriptor: GPUComputePipelineDescriptor) => {
    made++;
    return device.createComputePipelineAsync(descriptor);
  };
  const counting = disguise(device, { createComputePipelineAsync });
  const engine = new GpuEngine(counting, false, asHardware);
  const counts: number[] = [];
  for (const batch of [2, 3, 7]) {
    made = 0;
    const batched = withInputShapes(graph, new Map([["data", [batch, 8, 6, 6]]]));
    (await engine.prepare(batched, resultsOf(batched))).destroy();
    counts.push(made);
  }
  assert.deepEqual(counts, [8, 0, 0]);
  engine.destroy();
  device.destroy();
});
