/**
 * A graph compiled for the CPU: a memory block, and a module with its steps.
 *
 * @module
 */
import { allocate } from "../allocation.ts";
import type { Program, Timing } from "../engine.ts";
import { type Graph, macsOf, opNameOf, type Value } from "../graph.ts";
import { count, type Tensor } from "../tensor.ts";
import { Module } from "../wasm/assembler.ts";
import type { CpuServices } from "./services.ts";
import { instantiate } from "../wasm/instance.ts";
import { Layout, type Part } from "./layout.ts";
import { stepBytes, type Steps } from "./threads.ts";

let programs = 0;

/** The parts of a program. */
interface Made {
  readonly engine: CpuServices;
  readonly graph: Graph;
  readonly outputs: readonly Value[];
  readonly layout: Layout;
  readonly parts: readonly Part[];
  /** The address of its memory block. */
  readonly block: number;
  /** What all of its runs of steps have in common. */
  readonly steps: Omit<Steps, "address" | "count">;
}

/** A graph ready to run on the CPU. */
export class CpuProgram implements Program {
  readonly #made: Made;

  private constructor(made: Made) {
    this.#made = made;
  }

  /**
   * Lays out the memory, and compiles the kernels.
   *
   * @throws {RangeError} if the memory cannot grow any more.
   */
  static async create(
    graph: Graph,
    outputs: readonly Value[],
    engine: CpuServices,
  ): Promise<CpuProgram> {
    const target = new Module(engine.target);
    const allocation = allocate(graph, outputs);
    // A trial, to learn the size.
    const trial = new Layout(engine, graph, allocation, target);
    trial.lower();
    const { scratchBytes, ownBytes } = trial;
    const bytes = trial.end + scratchBytes + engine.threadCount * ownBytes;
    const block = engine.arena.allocate(bytes);
    const layout = new Layout(engine, graph, allocation, target, block, trial);
    const parts = layout.lower();
    const { module, functions } = await instantiate(target, engine.arena.memory);
    const work = graph.nodes.reduce(
      (sum, node) => sum + macsOf(node) + count(node.output.shape),
      0,
    );
    const steps = {
      id: programs++,
      module,
      kernels: functions as unknown as Steps["kernels"],
      own: layout.own,
      ownBytes,
      worth: work / engine.worthThreads,
    };
    return new CpuProgram({ engine, graph, outputs, layout, parts, block, steps });
  }

  run(inputs: readonly Tensor[]): Promise<Tensor[]> {
    const { engine, graph, outputs, layout, parts } = this.#made;
    return engine.enqueue(async () => {
      graph.inputs.forEach((value, i) => layout.view(value).data.set(inputs[i]!.data));
      for (const part of parts) {
        const { timings } = engine;
        if (timings !== undefined) await this.#measure(part, timings);
        else if (typeof part.work === "function") part.work();
        else await this.#run(part.work, part.nodes.length);
      }
      return outputs.map((value) => {
        const { shape, data } = layout.view(value);
        // Not `slice`: its result would be shared memory as well.
        return { shape, data: new Float32Array(data) };
      });
    });
  }

  destroy(): void {
    const { engine, steps, block } = this.#made;
    engine.threads.forget(steps.id);
    engine.arena.release(block);
  }

  #run(address: number, count: number): Promise<void> {
    const { engine, steps } = this.#made;
    return engine.threads.run({ ...steps, address, count });
  }

  /** Runs steps one by one, and records how long each takes. */
  async #measure({ nodes, work }: Part, timings: Timing[]): Promise<void> {
    const { layout } = this.#made;
    const variantOf = (step: number) =>
      typeof work === "function" ? "plain loops" : layout.variantAt(work + stepBytes * step);
    for (const [i, node] of nodes.entries()) {
      const start = performance.now();
      if (typeof work === "function") work();
      else await this.#run(work + stepBytes * i, 1);
      const milliseconds = performance.now() - start;
      // A node's MACs go to its last step that is not a move; those before it prepare its input.
      const main = nodes.findLastIndex((other, k) => other === node && variantOf(k) !== "move");
      timings.push({
        node: node.output.name,
        op: opNameOf(node),
        variant: variantOf(i),
        macs: i === main ? macsOf(node) : 0,
        milliseconds,
      });
    }
  }
}
