/**
 * Each op on the GPU against its meaning in plain loops, on shapes without symmetry.
 */
import assert from "node:assert/strict";
import { type OpName, ops, type Options } from "../../runtime/ops/mod.ts";
import { runReference } from "../../runtime/reference.ts";
import type { Shape } from "../../runtime/tensor.ts";
import { difference } from "../golden.ts";
import { gpu, hasGpu } from "../gpu.ts";
import { Random, Sketch } from "../random.ts";

type Case<Name extends OpName> = readonly [options: Options[Name], ...inputs: Shape[]];

const image = [2, 4, 5, 7];
const moved = { stride: [2, 3], pad: [1, 2], dilation: [2, 1] } as const;
const unary = [[{}, [3, 5]]] as const;

const cases: { readonly [Name in OpName]: readonly Case<Name>[] } = {
  affine: [
    [{}, image, [4], [4]],
    [{ terms: "scale", axis: 2 }, image, [5, 7]],
    [{ terms: "offset", axis: -1 }, image, [7]],
    [{}, [3, 2], [], []],
  ],
  argMax: [
    [{}, [2, 9, 3]],
    [{ axis: -1, top: 3 }, [4, 5, 6]],
    [{ axis: 0, top: 2, result: "value" }, [5, 3]],
  ],
  batchNorm: [[{ eps: 0.5 }, image, [4], [4]], [{ eps: 2 }, [3, 5], [5], [5]]],
  concat: [
    [{}, [2, 3, 4], [2, 1, 4], [2, 5, 4]],
    [{ axis: 0 }, [2, 3], [1, 3]],
    [{ axis: -1 }, [2, 2, 3], [2, 2, 7]],
  ],
  conv2d: [
    [{ output: 6, kernel: [3, 2], group: 2, ...moved }, image, [6, 2, 3, 2], [6]],
    [{ output: 11, kernel: [1, 3], bias: false }, image, [11, 4, 1, 3]],
    [{ output: 18, kernel: [2, 3], group: 2, ...moved }, image, [18, 2, 2, 3], [18]],
    [{ output: 3, kernel: [5, 7] }, image, [3, 4, 5, 7], [1, 1, 1, 3]],
  ],
  conv3d: [
    [
      { output: 4, kernel: [2, 3, 1], stride: [1, 2, 3], pad: [1, 0, 2], group: 2 },
      [2, 2, 3, 4, 5],
      [4, 1, 2, 3, 1],
      [4],
    ],
    [
      { output: 3, kernel: [1, 1, 2], dilation: [1, 1, 3], bias: false },
      [1, 2, 3, 4, 5],
      [3, 2, 1, 1, 2],
    ],
  ],
  crop: [
    [{ offsets: [1, 3] }, image, [2, 4, 3, 2]],
    [{ axis: 1, offsets: [2] }, [2, 5, 6], [9, 3, 1]],
  ],
  deconv2d: [
    [{ output: 6, kernel: [3, 2], group: 2, ...moved }, image, [4, 3, 3, 2], [6]],
    [{ output: 3, kernel: [1, 4], stride: [3, 1], bias: false }, image, [4, 3, 1, 4]],
  ],
  dense: [
    [{ output: 6 }, [3, 5, 2], [6, 10], [6]],
    [{ output: 5, bias: false, axis: 2 }, [2, 3, 8], [5, 8]],
    [{ output: 3, axis: -1 }, [2, 3, 7], [3, 7], [1, 1, 1, 3]],
  ],
  eltwise: [
    [{}, [2, 3], [2, 3], [2, 3]],
    [{ coefficients: [1, -2, 0.5] }, [5], [5], [5]],
    [{ operation: "product" }, [2, 3], [2, 3], [2, 3], [2, 3]],
    [{ operation: "max" }, [7], [7], [7]],
    [{ coefficients: [-3] }, [4]],
  ],
  lrn: [
    [{ size: 3, alpha: 2, beta: 0.6, k: 2 }, image],
    [{ size: 9, alpha: 2 }, image],
    [{ region: "within", size: 3, alpha: 4 }, image],
  ],
  pool2d: [
    [{ method: "max", kernel: [3, 2], stride: [2, 3], pad: [2, 1] }, image],
    [{ method: "average", kernel: [3, 2], stride: [2, 3], pad: [1, 0] }, image],
    [{ method: "argmax", kernel: [2, 3], stride: [3, 2], round: "floor" }, image],
    [{ method: "average", global: true }, image],
  ],
  prelu: [[{}, image, [4]], [{}, [3, 5], [1]]],
  reshape: [[{ shape: [0, -1] }, image], [{ shape: [7, 3], axis: 1, numAxes: 1 }, [2, 21, 2]]],
  slice: [[{ start: 1, end: 3 }, image], [{ axis: -1, start: 2, end: 7 }, image]],
  softmax: [[{}, [2, 9, 3]], [{ axis: -1 }, image], [{ axis: 0 }, [4]]],
  relu: [[{ slope: 0.2 }, [3, 5]], ...unary],
  elu: [[{ alpha: 2 }, [3, 5]]],
  sigmoid: unary,
  tanh: unary,
  abs: unary,
  power: [
    [{ power: 3, scale: 2, shift: -0.5 }, [3, 5]],
    [{ power: 0.5, shift: 1.5 }, [3, 5]],
    [{ power: -1.3, shift: 2 }, [3, 5]],
    [{ power: -2, shift: 3 }, [3, 5]],
    [{ power: 0 }, [3, 5]],
  ],
  exp: [[{ base: 3, scale: 2, shift: -1 }, [3, 5]], ...unary],
  log: [[{ base: 3, scale: 0.5, shift: 2 }, [3, 5]], [{ shift: 2 }, [3, 5]]],
  bnll: unary,
  threshold: [[{ threshold: 0.3 }, [3, 5]]],
};

for (const name of Object.keys(ops) as OpName[]) {
  Deno.test({
    name: `${name} is the same on the GPU as in plain loops`,
    ignore: !hasGpu,
    async fn() {
      for (const [position, [options, first, ...shapes]] of cases[name].entries()) {
        const random = new Random(position);
        const sketch = new Sketch();
        // Inputs with weights come from the caller and the bundle, others all from the caller.
        const learned = name !== "eltwise" && name !== "concat" && name !== "crop";
        const inputs = [sketch.input("data", first!)];
        for (const [i, shape] of shapes.entries()) {
          const tensor = random.tensor(shape, name === "batchNorm" ? 0.1 : -1);
          inputs.push(
            learned ? sketch.constant(`weights${i}`, tensor) : sketch.input(`more${i}`, shape),
          );
        }
        const output = sketch.add(name, name, inputs, options as never);
        const graph = sketch.finish(output);
        const tensors = graph.inputs.map(({ shape }) => random.tensor(shape));
        const program = await gpu!.prepare(graph, [output]);
        const [actual] = await program.run(tensors);
        const [expected] = await runReference(graph, tensors, [output]);
        assert.deepEqual(actual!.shape, expected!.shape);
        const distance = difference(actual!.data, expected!.data);
        assert(distance < 2e-5, `case ${position} is off by ${distance} of its largest value`);
        program.destroy();
      }
    },
  });
}
