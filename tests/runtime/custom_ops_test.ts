/**
 * Custom ops: what a reference implementation may do, on each device.
 */
import assert from "node:assert/strict";
import { apply, convert, type CustomOp, defineLayer, writeBundle } from "../../mod.ts";
import { count, defineOp, Network, spread } from "../../runtime/mod.ts";
import { hasGpu } from "../gpu.ts";
import { inputText } from "../input_text.ts";

const twice = (data: Float32Array) => data.map((x) => 2 * x);

const code = `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;
@group(0) @binding(1) var<storage, read> input: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups);
  if (i < count) { output[i] = 2.0 * input[i]; }
}`;

/** An op that fills its output, or returns one of its own. */
function doubling(does: "fills" | "returns", host: boolean): CustomOp {
  return defineOp({
    name: "twice",
    schema: {},
    host,
    shape: (_, [shape]) => shape!,
    reference(_, [input], output) {
      if (does === "returns") return { shape: input!.shape, data: twice(input!.data) };
      output.data.set(twice(input!.data));
    },
    shaders: (_, __, output) => [
      { code, constants: { count: count(output) }, workgroups: spread(count(output)) },
    ],
  });
}

for (const device of ["reference", "cpu", "gpu"] as const) {
  Deno.test({
    name: `a custom op fills its output or returns one, on the device ${device}`,
    ignore: device === "gpu" && !hasGpu,
    async fn() {
      for (const does of ["fills", "returns"] as const) {
        for (const host of [false, true]) {
          const op = doubling(does, host);
          const twice = defineLayer({
            type: "Twice",
            lower: ({ graph, name, bottoms }) => [apply(graph, op, name, bottoms, {})],
          });
          const text = inputText("x", [1, 2]) +
            'layer { name: "y" type: "Twice" bottom: "x" top: "y" }';
          const file = { bytes: new TextEncoder().encode(text), name: "net.prototxt" };
          const bundle = await new Blob([...writeBundle(convert(file, { layers: [twice] }))])
            .bytes();
          const network = await Network.load(bundle, { device, ops: [op] });
          const { y } = await network.run({ x: [1, 2, 3, 4] });
          assert.deepEqual([y!.shape, [...y!.data]], [[2, 2], [2, 4, 6, 8]], `${does}, ${host}`);
          network.destroy();
        }
      }
    },
  });
}
