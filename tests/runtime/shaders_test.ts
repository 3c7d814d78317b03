/**
 * Shaders equal plain loops in cases without a recording of Caffe: many elements per workgroup, and
 * settings that no recorded layer has.
 */
import assert from "node:assert/strict";
import type { OpName, Options } from "../../runtime/ops/mod.ts";
import { runReference } from "../../runtime/reference.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { difference } from "../golden.ts";
import { gpu } from "../gpu.ts";
import { Random, Sketch } from "../random.ts";

const random = new Random(1);

/** Tests that an op on the GPU equals plain loops. */
function testOp<Name extends OpName>(
  does: string,
  op: Name,
  inputs: readonly Tensor[],
  options: Options[Name],
): void {
  Deno.test({
    name: `${op} ${does}`,
    ignore: gpu === undefined,
    async fn() {
      const sketch = new Sketch();
      const values = inputs.map(({ shape }, i) => sketch.input(`input${i}`, shape));
      const output = sketch.add(op, "output", values, options);
      const graph = sketch.finish(output);
      const [expected] = await runReference(graph, inputs, [output]);
      const program = await gpu!.prepare(graph, [output]);
      try {
        const [actual] = await program.run(inputs);
        assert.deepEqual(actual!.shape, expected!.shape);
        const distance = difference(actual!.data, expected!.data);
        assert(distance <= 1e-5, `it is off by ${distance} of its largest value`);
      } finally {
        program.destroy();
      }
    },
  });
}

const large = random.tensor([3, 4, 11, 13], 2, 3);
for (const over of ["plane", "sample", "channel"] as const) {
  testOp(`equals plain loops over each ${over}, with eps under the root`, "standardize", [large], {
    over,
    eps: 0.1,
    epsUnderRoot: true,
  });
}

for (const operation of ["sum", "magnitudes", "squares", "mean"] as const) {
  testOp(`equals plain loops for ${operation} of many elements`, "reduce", [large], {
    operation,
    axis: 1,
    coefficient: 2,
  });
}

const positions = { shape: [7], data: Float32Array.of(0, 3, -1, 1e9, -1e9, 2.7, 3.2) };
testOp("takes the nearest row for a position outside", "gather", [
  positions,
  random.tensor([4, 2, 3]),
], {});

testOp("weights each element by its value", "pool2d", [random.tensor([2, 3, 7, 9], -1, 2)], {
  method: "weighted",
  kernel: [3, 2],
  stride: [2, 3],
});
for (const method of ["max", "average"] as const) {
  testOp(`equals plain loops for ${method} of bins`, "pool2d", [large], { method, bins: 4 });
}

testOp("equals plain loops for more sums than workgroups along an axis", "reduce", [
  random.tensor([65600, 2]),
], {
  axis: 1,
});
