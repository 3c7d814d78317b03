/**
 * Constants that engines upload while the bundle is downloading.
 */
import assert from "node:assert/strict";
import { writeBundle } from "../../lib/emit/bundle.ts";
import { readBundle } from "../../runtime/bundle/bundle.ts";
import { CpuEngine } from "../../runtime/cpu/engine.ts";
import type { Engine } from "../../runtime/engine.ts";
import { openDevice } from "../../runtime/gpu/device.ts";
import { GpuEngine } from "../../runtime/gpu/engine.ts";
import type { Graph } from "../../runtime/graph.ts";
import { runReference } from "../../runtime/reference.ts";
import { difference } from "../golden.ts";
import { hasGpu } from "../gpu.ts";
import { join } from "../join.ts";
import { Random, Sketch } from "../random.ts";
import { arrivalOf } from "./arriving.ts";
import { asHardware } from "../traits.ts";

/** A network of nodes with one or two constants, large and small, deflated and stored. */
function network(): Graph {
  const random = new Random(5), sketch = new Sketch();
  const halves = random.tensor([3000, 6]);
  halves.data.forEach((x, i) => halves.data[i] = Math.round(8 * x) / 8);
  const conv = sketch.add("conv2d", "conv", [
    sketch.input("data", [2, 3, 9, 9]),
    sketch.constant("conv/weights", random.tensor([16, 3, 3, 3])),
    sketch.constant("conv/biases", random.tensor([16])),
  ], { output: 16, kernel: [3, 3] });
  const again = sketch.add("conv2d", "again", [
    conv,
    sketch.constant("again/weights", random.tensor([6, 16, 3, 3])),
  ], { output: 6, kernel: [3, 3], bias: false });
  const pooled = sketch.add("pool2d", "pool", [again], { method: "average", kernel: [5, 5] });
  const dense = sketch.add("dense", "dense", [
    pooled,
    sketch.constant("dense/weights", halves),
    sketch.constant("dense/biases", random.tensor([3000])),
  ], { output: 3000 });
  return sketch.finish(
    sketch.add("affine", "affine", [
      dense,
      sketch.constant("affine/scale", random.tensor([3000])),
    ], { terms: "scale" }),
  );
}

/** An engine, and the number of constants for which it has allocated memory. */
interface Watched {
  readonly engine: Engine;
  allocated(): number;
}

async function watchedGpu(options: ConstructorParameters<typeof GpuEngine>[2]): Promise<Watched> {
  const device = await openDevice();
  let count = 0;
  for (const method of ["createBuffer", "createTexture"] as const) {
    const create = device[method].bind(device) as (descriptor: { label?: string }) => unknown;
    Object.defineProperty(device, method, {
      value(descriptor: { label?: string }) {
        if (descriptor.label!.includes("/")) count++;
        return create(descriptor);
      },
    });
  }
  return { engine: new GpuEngine(device, true, options), allocated: () => count };
}

function watchedCpu(): Watched {
  const engine = new CpuEngine({ threads: 1 }), { arena } = engine;
  const allocate = arena.allocate.bind(arena);
  let count = 0;
  arena.allocate = (bytes) => {
    count++;
    return allocate(bytes);
  };
  return { engine, allocated: () => count };
}

const engines = [
  ["the GPU", true, () => watchedGpu({})],
  ["the GPU, with weights in int8", true, () => watchedGpu({ weights: "int8" })],
  ["the GPU, in parts", true, () => watchedGpu({ textureRows: 1 })],
  ["a hardware GPU", true, () => watchedGpu(asHardware)],
  ["the CPU", false, watchedCpu],
] as const;

for (const [name, needsGpu, open] of engines) {
  for (const stays of [true, false]) {
    Deno.test({
      name: `constants are uploaded to ${name} during a download into a ` +
        `${stays ? "preallocated" : "growing"} buffer`,
      ignore: needsGpu && !hasGpu,
      async fn() {
        const bytes = join(writeBundle({ graph: network() }));
        const { arrival, graph, numbers } = await arrivalOf(bytes, stays);
        const { engine, allocated } = await open();
        await engine.expect!(graph!, numbers!);
        const before = allocated();
        const read = await readBundle(bytes, undefined, [], arrival.constantsOf(bytes));
        const output = read.graph.nodes.at(-1)!.output;
        const program = await engine.prepare(read.graph, [output]);
        const since = allocated() - before;

        const least = stays ? 5 : 1;
        assert.ok(before >= least, `${before} were allocated`);
        // The CPU's memory for values is one more allocation.
        if (stays) assert.equal(since, needsGpu ? 0 : 1);
        const input = new Random(6).tensor([2, 3, 9, 9]);
        const [actual] = await program.run([input]);
        const [expected] = await runReference(read.graph, [input], [output]);
        const tolerance = name.includes("int8") ? 0.05 : 1e-5;
        const off = difference(actual!.data, expected!.data);
        assert.ok(off < tolerance, `it is off by ${off}`);
        program.destroy();
        engine.destroy();
      },
    });
  }
}

Deno.test("constants read in place are reported, and none retains a partial download", async () => {
  const bytes = join(writeBundle({ graph: network() }));
  for (const stays of [true, false]) {
    const { arrival, graph, numbers } = await arrivalOf(bytes, stays);
    const reported = await Promise.all([...graph!.constants.values()].map(numbers!));
    const read = await readBundle(bytes, undefined, [], arrival.constantsOf(bytes));
    const kept = [...read.graph.constants.values()];
    reported.forEach((data, i) => assert(data === kept[i] || !stays && data === undefined));
    const views = kept.filter(({ buffer }) => buffer === bytes.buffer);
    assert(views.length > 0 && views.length < kept.length);
    // The others have their own memory, which is at most an array's header larger than they are.
    for (const { buffer, byteLength } of kept) {
      assert(buffer === bytes.buffer || buffer.byteLength < byteLength + 200);
    }
  }
});
