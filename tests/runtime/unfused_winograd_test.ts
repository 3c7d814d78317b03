/**
 * Winograd's F(4×4, 3×3) on the GPU: what it applies to, and that it gives the same answers.
 */
import assert from "node:assert/strict";
import { bytesOfCell } from "../../runtime/gpu/cell.ts";
import { openDevice } from "../../runtime/gpu/device.ts";
import { GpuEngine } from "../../runtime/gpu/engine.ts";
import { plan } from "../../runtime/gpu/plan.ts";
import type { Graph, Value } from "../../runtime/graph.ts";
import type { Attributes } from "../../runtime/ops/mod.ts";
import type { Traits } from "../../runtime/ops/traits.ts";
import { runReference } from "../../runtime/reference.ts";
import type { Shape, Tensor } from "../../runtime/tensor.ts";
import { difference } from "../golden.ts";
import { hasGpu } from "../gpu.ts";
import { Random, Sketch } from "../random.ts";
import { asHardware, software } from "../traits.ts";

const choose: Traits["choose"] = (_, kernels) => kernels.find((name) => name === "winograd 4 × 4");
const kinds = { software, hardware: { ...software, ...asHardware } };

interface Made {
  readonly graph: Graph;
  readonly value: Value;
  inputs(): readonly Tensor[];
}

/** A 3 × 3 convolution; with a residual and a ReLU, which become part of it. */
function convolution(
  shape: Shape,
  output: number,
  settings: Partial<Attributes["conv2d"]> = {},
  op: "conv2d" | "deconv2d" = "conv2d",
): Made {
  const random = new Random(output), sketch = new Sketch();
  const inputs = shape[1]!, data = sketch.input("data", shape);
  const filters = op === "conv2d" ? [output, inputs, 3, 3] : [inputs, output, 3, 3];
  const weights = sketch.constant("weights", random.tensor(filters));
  const biases = sketch.constant("biases", random.tensor([output]));
  const sum = sketch.add(op, "conv", [data, weights, biases], {
    output,
    kernel: [3, 3],
    pad: [1, 1],
    ...settings,
  });
  const residual = sketch.input("residual", sum.shape);
  const joined = sketch.add("eltwise", "joined", [sum, residual], {});
  const value = sketch.add("relu", "relu", [joined], {});
  return {
    graph: sketch.finish(value),
    value,
    inputs: () => [random.tensor(shape), random.tensor(sum.shape)],
  };
}

const stepsOf = ({ graph, value }: Made, traits: Traits) =>
  plan(graph, [value], { choose, ...traits }).steps.filter(({ shader }) => shader.work);
const variantsOf = (made: Made, traits: Traits) =>
  stepsOf(made, traits).map(({ shader }) => shader.variant);

for (const [kind, traits] of Object.entries(kinds)) {
  Deno.test(`three dispatches compute a 3 × 3 convolution on ${kind}, if they are chosen`, () => {
    const made = convolution([2, 20, 9, 14], 18);
    const steps = stepsOf(made, { ...traits, activations: "float16" });
    const variants = ["input transform", "winograd 4 × 4", "output transform"];
    assert.deepEqual(steps.map(({ shader }) => shader.variant), variants);
    assert.deepEqual(steps.map(({ macs }) => macs), [0, 2 * 9 * 14 * 20 * 18 * 9, 0]);
    const [before, product, after] = steps;
    assert.equal(product!.reads[0], before!.writes);
    assert.equal(after!.reads[0], product!.writes);
    // 2 × 3 × 4 tiles of 36 places; transformed numbers stay in float32.
    assert.equal(bytesOfCell(before!.writes), 24 * 36 * 20 * 4);
    assert.equal(bytesOfCell(product!.writes), 24 * 36 * 20 * 4);
    assert.equal(new Set(steps.map(({ shader }) => shader.work)).size, 1);
    assert.notEqual(variantsOf(made, { ...traits, choose: undefined })[0], "input transform");
  });

  Deno.test(`other convolutions, and too large ones, keep their kernels on ${kind}`, () => {
    const others = [
      convolution([1, 16, 9, 9], 16, { stride: [2, 1] }),
      convolution([1, 16, 9, 9], 16, { dilation: [1, 2] }),
      convolution([1, 15, 9, 9], 16),
      convolution([1, 16, 9, 9], 15),
      // 273 MB of transformed tiles; 236 MB are too many only if they cannot be bound.
      convolution([1, 16, 1376, 1376], 16),
    ].map((made) => variantsOf(made, { ...traits, bindable: 2 ** 31 }));
    const bound = convolution([1, 16, 1280, 1280], 16), bindable = 320 ** 2 * 36 * 64;
    assert.equal(variantsOf(bound, { ...traits, bindable }).length, 3);
    others.push(variantsOf(bound, { ...traits, bindable: bindable - 1 }));
    others.push(variantsOf(convolution([1, 16, 9, 9], 16), { ...traits, weights: "float16" }));
    assert(others.every((variants) => !variants.includes("winograd 4 × 4")));
  });
}

/** Few tiles of many channels. */
const longSum = convolution([1, 4096, 4, 3], 16);

Deno.test("the product of few tiles and many channels is cut into slices", () => {
  const [, product, sum, after] = stepsOf(longSum, kinds.hardware);
  assert.equal(sum!.shader.variant, "sum of slices");
  assert.equal(sum!.reads[0], product!.writes);
  assert.equal(after!.reads[0], sum!.writes);
});

const engines: readonly Partial<Traits>[] = [{}, asHardware];

const cases: Readonly<Record<string, Made>> = {
  "tiles that end within the image, and channels within a quad": convolution([2, 18, 13, 22], 21),
  "an image smaller than a tile": convolution([3, 16, 2, 1], 32),
  "padding along one axis": convolution([1, 24, 7, 12], 16, { pad: [0, 2] }),
  "more padding than a tile": convolution([1, 16, 3, 3], 16, { pad: [7, 6] }),
  "a product in slices on hardware": longSum,
  "a transposed convolution": convolution([1, 16, 5, 6], 16, {}, "deconv2d"),
};

/** The results of two runs, and the kernels of a third. */
async function run({ graph, value }: Made, inputs: readonly Tensor[], traits: Partial<Traits>) {
  const engine = new GpuEngine(await openDevice(), true, { ...traits, choose });
  const program = await engine.prepare(graph, [value]);
  const results = [...await program.run(inputs), ...await program.run(inputs)];
  const rows = await engine.profile(() => program.run(inputs));
  engine.destroy();
  return { results, variants: rows.map(({ variant }) => variant) };
}

for (const [name, made] of Object.entries(cases)) {
  Deno.test({
    name: `Winograd's F(4×4, 3×3) equals plain loops: ${name}`,
    ignore: !hasGpu,
    async fn() {
      const inputs = made.inputs();
      const [expected] = await runReference(made.graph, inputs, [made.value]);
      for (const traits of engines) {
        for (const [activations, most] of [["float32", 2e-5], ["float16", 2e-3]] as const) {
          const { results: [first, again], variants } = await run(made, inputs, {
            ...traits,
            activations,
          });
          assert(variants.includes("winograd 4 × 4"));
          assert(difference(first!.data, expected!.data) < most);
          assert.deepEqual(first, again);
        }
      }
    },
  });
}
