/**
 * Runs single ops on the GPU, taken for each kind of GPU, or on the CPU, and in plain loops.
 *
 * @module
 */
import assert from "node:assert/strict";
import { resolve } from "../../runtime/ops/attribute.ts";
import { type AnyOp, type OpName, ops, type Options } from "../../runtime/ops/mod.ts";
import type { Engine } from "../../runtime/engine.ts";
import { runReference } from "../../runtime/reference.ts";
import type { Shape, Tensor } from "../../runtime/tensor.ts";
import { cpuOptions, cpus } from "../cpu.ts";
import { difference } from "../golden.ts";
import { disguised, hasGpu, withEachKernel } from "../gpu.ts";
import { Random, Sketch } from "../random.ts";

/** The inputs are shapes, to be filled at random, or tensors where the values matter. */
export type Case<Name extends OpName> = readonly [
  options: Options[Name],
  ...inputs: (Shape | Tensor)[],
];

type Engines = readonly (readonly [how: string, engine: Engine])[];

/**
 * Checks that an op gives the same on the GPU as in plain loops, in each case: with each kernel that
 * there is for it, and where the GPU is taken for others, unless engines are given.
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

/** Checks that an op gives the same on the CPU as in plain loops, in each case. */
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
  [options, first, ...shapes]: Case<Name>,
  engines: Engines | undefined,
): Promise<void> {
  const random = new Random(position);
  const sketch = new Sketch();
  // What an op learns comes from the bundle, the rest from the caller.
  const known = ops[name] as AnyOp;
  const learned = known.parameters?.(resolve(known.schema, options)) ?? [];
  const fed: Tensor[] = [];
  const inputs = [first!, ...shapes].map((wanted, i) => {
    const tensor = "data" in wanted
      ? wanted
      : random.tensor(wanted, name === "batchNorm" ? 0.1 : -1);
    if (i > 0 && learned.length > 0) return sketch.constant(`weights${i}`, tensor);
    fed.push(tensor);
    return sketch.input(`data${i}`, tensor.shape);
  });
  const output = sketch.add(name, name, inputs, options as never);
  const graph = sketch.finish(output);
  const [expected] = await runReference(graph, fed, [output]);
  const check = async (engine: Engine, how: string) => {
    const program = await engine.prepare(graph, [output]);
    const [actual] = await program.run(fed);
    program.destroy();
    assert.deepEqual(actual!.shape, expected!.shape);
    const off = difference(actual!.data, expected!.data);
    assert(off < 2e-5, `case ${position}, ${how}, is off by ${off} of its largest value`);
  };
  for (const [how, engine] of engines ?? disguised) await check(engine, how);
  if (engines === undefined) await withEachKernel(check);
}
