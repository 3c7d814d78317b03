import assert from "node:assert/strict";
import type { Graph } from "../../runtime/graph.ts";
import type { Options } from "../../runtime/ops/mod.ts";
import { runReference } from "../../runtime/reference.ts";
import { count, type Shape } from "../../runtime/tensor.ts";
import { unfold } from "../../runtime/unfold.ts";
import { cpus } from "../cpu.ts";
import { runOn } from "../executors.ts";
import { difference } from "../golden.ts";
import { gpu } from "../gpu.ts";
import { Random, Sketch } from "../random.ts";

const valuesOf = ({ names }: Graph, ...wanted: string[]) => wanted.map((name) => names.get(name)!);
const opsOf = ({ nodes }: Graph) => nodes.map(({ op }) => op);

/** A 3D convolution and a ReLU. */
function network(shape: Shape, settings: Options["conv3d"]): Graph {
  const sketch = new Sketch(), random = new Random(count(shape));
  const { output, kernel, group = 1, bias = true } = settings;
  const constant = (name: string, shape: Shape) => sketch.constant(name, random.tensor(shape));
  const conv = sketch.add("conv3d", "conv", [
    sketch.input("data", shape),
    constant("weights", [output, shape[1]! / group, ...kernel]),
    ...bias ? [constant("biases", [output])] : [],
  ], settings);
  return sketch.finish(conv, sketch.add("relu", "relu", [conv], { slope: 0.5 }));
}

/** Random settings, and a volume of at least one window. */
function example(random: Random) {
  const group = random.pick([1, 1, 2, 3]);
  const triple = (pick: () => number) => [pick(), pick(), pick()] as [number, number, number];
  const kernel = triple(() => 1 + random.below(4)), dilation = triple(() => 1 + random.below(2));
  const pad = triple(() => random.below(4));
  const extents = kernel.map((extent, axis) =>
    Math.max(1, dilation[axis]! * (extent - 1) + 1 - 2 * pad[axis]!) + random.below(6)
  );
  return {
    shape: [1 + random.below(2), group * (1 + random.below(3)), ...extents],
    settings: {
      output: group * (1 + random.below(3)),
      kernel,
      dilation,
      pad,
      stride: triple(() => 1 + random.below(3)),
      group,
      bias: random.below(2) === 0,
    },
  };
}

Deno.test("unfold() rewrites 3D convolutions, whole and in parts", async () => {
  const random = new Random(17);
  let cut = 0;
  for (let i = 0; i < 300; i++) {
    const { shape, settings } = example(random);
    const graph = network(shape, settings), given = [random.tensor(shape)];
    const wanted = valuesOf(graph, ...random.pick([["relu"], ["conv", "relu"], ["conv"]]));
    const expected = await runReference(graph, given, wanted);
    for (const maxBytes of [1e9, 3000]) {
      const unfolded = unfold(graph, wanted, maxBytes);
      if (maxBytes === 1e9) assert(!opsOf(unfolded).includes("conv3d"));
      if (opsOf(unfolded).includes("concat")) cut++;
      const actual = await runReference(unfolded, given, wanted);
      expected.forEach((tensor, k) => {
        assert.deepEqual(actual[k]!.shape, tensor.shape);
        assert(
          difference(actual[k]!.data, tensor.data) < 1e-6,
          JSON.stringify({ shape, settings, maxBytes }),
        );
      });
    }
  }
  assert(cut > 30, `only ${cut} were cut`);
});

Deno.test("unfold() does not rewrite nodes that would be too large, or with computed weights", () => {
  const settings = { output: 2, kernel: [2, 2, 2] as const };
  const graph = network([1, 1, 4, 4, 4], settings), wanted = valuesOf(graph, "relu");
  assert.deepEqual(opsOf(unfold(graph, wanted, 4 * 2 * 16 - 1)), ["conv3d", "relu"]);
  assert.equal(
    opsOf(unfold(graph, wanted, 4 * 2 * 16)).filter((op) => op === "conv2d").length,
    3,
  );

  const sketch = new Sketch();
  const [data, weights] = [
    sketch.input("data", [1, 1, 4, 4, 4]),
    sketch.input("w", [2, 1, 2, 2, 2]),
  ];
  const computed = sketch.finish(
    sketch.add("conv3d", "conv", [data, weights], { ...settings, bias: false }),
  );
  assert.equal(unfold(computed, valuesOf(computed, "conv"), 1e9).nodes[0], computed.nodes[0]);
});

Deno.test("with kernel_d 1, a volume is read as an image without a copy", () => {
  const graph = network([1, 2, 5, 4, 3], { output: 2, kernel: [3, 1, 1], pad: [1, 0, 0] });
  const unfolded = unfold(graph, valuesOf(graph, "relu"), 1e9);
  assert.deepEqual(opsOf(unfolded), ["reshape", "conv2d", "relu", "reshape"]);
});

Deno.test("engines compute 3D convolutions as 2D ones", async () => {
  const random = new Random(4), engines = [cpus[0]!, ...gpu ? [gpu] : []];
  for (let i = 0; i < 12; i++) {
    const { shape, settings } = example(random);
    const graph = network(shape, settings), given = [random.tensor(shape)];
    const wanted = valuesOf(graph, "relu");
    const [expected] = await runReference(graph, given, wanted);
    for (const engine of engines) {
      const [actual] = await runOn(engine)(graph, given, wanted);
      assert(
        difference(actual!.data, expected!.data) < 1e-5,
        `${engine.description} ${JSON.stringify(settings)}`,
      );
    }
  }
});
