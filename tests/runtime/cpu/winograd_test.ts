/**
 * Winograd convolution equals plain loops.
 */
import assert from "node:assert/strict";
import { tileSize } from "../../../runtime/cpu/winograd.ts";
import type { Graph, Node } from "../../../runtime/graph.ts";
import { runReference } from "../../../runtime/reference.ts";
import type { Pair } from "../../../runtime/ops/attribute.ts";
import type { Shape } from "../../../runtime/tensor.ts";
import { cpus } from "../../cpu.ts";
import { difference } from "../../golden.ts";
import { Random, Sketch } from "../../random.ts";

/** A convolution, optionally a residual sum, and a ReLU. */
function convolution(
  shape: Shape,
  output: number,
  pad: number,
  dilation: Pair,
  residual: boolean,
): Graph {
  const graph = new Sketch(), numbers = new Random(1);
  const data = graph.input("data", shape);
  const parameters = [[output, shape[1]!, 3, 3], [output]].map((shape, i) =>
    graph.constant(`parameter${i}`, numbers.tensor(shape))
  );
  const options = { output, kernel: [3, 3], pad: [pad, pad], dilation } as const;
  const conv = graph.add("conv2d", "conv", [data, ...parameters], options);
  const sum = residual
    ? graph.add("eltwise", "sum", [conv, graph.input("other", conv.shape)], {})
    : conv;
  const relu = graph.add("relu", "relu", [sum], { slope: 0.1 });
  return graph.build("test", [["relu", relu]], ["relu"]);
}

const cases: readonly (readonly [
  shape: Shape,
  outputs: number,
  pad: number,
  dilation: Pair,
  size: number,
])[] = [
  [[1, 24, 14, 14], 32, 1, [1, 1], 4],
  [[2, 17, 29, 31], 19, 0, [1, 1], 4],
  [[1, 64, 7, 7], 64, 1, [1, 1], 2],
  [[3, 64, 9, 10], 70, 0, [1, 1], 2],
  [[2, 24, 27, 29], 19, 3, [2, 2], 4],
  [[1, 64, 16, 10], 64, 0, [2, 1], 2],
];

for (const [shape, outputs, pad, dilation, size] of cases) {
  for (const residual of [false, true]) {
    const name = `${shape} to ${outputs} channels, dilation ${dilation}` +
      (residual ? ", with a residual" : "");
    Deno.test(`Winograd tiles of ${size} × ${size} equal plain loops: ${name}`, async () => {
      const graph = convolution(shape, outputs, pad, dilation, residual);
      assert.equal(tileSize(graph.nodes[0] as Node<"conv2d">), size);
      const numbers = new Random(2);
      const inputs = graph.inputs.map(({ shape }) => numbers.tensor(shape));
      const wanted = [graph.names.get("relu")!];
      const [expected] = await runReference(graph, inputs, wanted);
      for (const engine of cpus) {
        const program = await engine.prepare(graph, wanted);
        const [actual] = await program.run(inputs);
        program.destroy();
        const distance = difference(actual!.data, expected!.data);
        assert(distance <= 1e-5, `it is off by ${distance}`);
      }
    });
  }
}
