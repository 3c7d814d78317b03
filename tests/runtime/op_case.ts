/**
 * Tests of single ops, which compare the GPU, with the kernels for each kind of GPU, or the CPU
 * with the reference.
 *
 * @module
 */
import assert from "node:assert/strict";
import { resolve } from "../../runtime/ops/attribute.ts";
import { type AnyOp, type OpName, ops, type Options } from "../../runtime/ops/mod.ts";
import type { Engine } from "../../runtime/engine.ts";
import type { Graph, Value } from "../../runtime/graph.ts";
import { runReference } from "../../runtime/reference.ts";
import type { Shape, Tensor } from "../../runtime/tensor.ts";
import { cpuOptions, cpus } from "../cpu.ts";
import { difference } from "../golden.ts";
import { engineVariants, hasGpu, withEachKernel } from "../gpu.ts";
import { Random, Sketch } from "../random.ts";

/** The inputs are shapes, which are filled at random, or tensors if the values matter. */
export type Case<Name extends OpName> = readonly [
  options: Options[Name],
  ...inputs: (Shape | Tensor)[],
];

type Engines = readonly (readonly [how: string, engine: Engine])[];

/**
 * Tests that an op agrees with its reference on the GPU.
 *
 * @param engines The engines; by default all of this GPU, and one for each kernel.
 */
export function testOnGpu<Name extends OpName>(
  title: string,
  name: Name,
  cases: readonly Case<Name>[],
  engines?: Engines,
): void {
  Deno.test({
    name: title,
    ignore: !hasGpu,
    async fn() {
      for (const [position, given] of cases.entries()) {
        await testCase(name, position, given, engines);
      }
    },
  });
}

/** Tests that an op agrees with its reference on the CPU. */
export function testOnCpu<Name extends OpName>(
  title: string,
  name: Name,
  cases: readonly Case<Name>[],
): void {
  const engines = cpus.map((engine, i) => [JSON.stringify(cpuOptions[i]), engine] as const);
  Deno.test(title, async () => {
    for (const [position, given] of cases.entries()) {
      await testCase(name, position, given, engines);
    }
  });
}

async function testCase<Name extends OpName>(
  name: Name,
  position: number,
  given: Case<Name>,
  engines: Engines | undefined,
): Promise<void> {
  const { graph, fed, output } = graphOf(name, position, given);
  const [expected] = await runReference(graph, fed, [output]);
  const check = async (engine: Engine, how: string) => {
    const program = await engine.prepare(graph, [output]);
    const [actual] = await program.run(fed);
    program.destroy();
    assert.deepEqual(actual!.shape, expected!.shape);
    const off = difference(actual!.data, expected!.data);
    assert(off < 2e-5, `case ${position}, ${how}, is off by ${off} of its largest value`);
  };
  for (const [how, engine] of engines ?? engineVariants) await check(engine, how);
  if (engines === undefined) await withEachKernel(check);
}

/** The graph of a case, the inputs to feed, and the value to compute. */
export function graphOf<Name extends OpName>(
  name: Name,
  position: number,
  [options, first, ...shapes]: Case<Name>,
): { readonly graph: Graph; readonly fed: readonly Tensor[]; readonly output: Value } {
  const random = new Random(position);
  const sketch = new Sketch();
  // Learned inputs are constants of the bundle, the others inputs of the network.
  const known = ops[name] as AnyOp;
  const learned = known.parameters?.(resolve(known.schema, options)) ?? [];
  const fed: Tensor[] = [];
  const inputs = [first!, ...shapes].map((given, i) => {
    const tensor = "data" in given ? given : random.tensor(given, name === "batchNorm" ? 0.1 : -1);
    if (i > 0 && learned.length > 0) return sketch.constant(`weights${i}`, tensor);
    fed.push(tensor);
    return sketch.input(`data${i}`, tensor.shape);
  });
  const output = sketch.add(name, name, inputs, options as never);
  return { graph: sketch.finish(output), fed, output };
}
