/**
 * A graph as the CPU runs it: places in memory, and steps made once.
 *
 * @module
 */
import type { Program } from "../engine.ts";
import { allocate, type Allocation } from "../gpu/allocation.ts";
import type { Graph, Node, Value } from "../graph.ts";
import type { Epilogue } from "../ops/epilogue.ts";
import { finishReference } from "../ops/epilogue.ts";
import { type AnyOp, ops } from "../ops/mod.ts";
import { count, type Tensor } from "../tensor.ts";
import { Module, type Target } from "./assembler.ts";
import { isKnown } from "./functions.ts";
import type { Site, Step } from "./kernel.ts";
import { stepsOf } from "./kernels.ts";
import type { Arena } from "./memory.ts";
import type { Steps, Threads } from "./threads.ts";

/** What a program needs of the engine that it belongs to. */
export interface CpuHost {
  readonly arena: Arena;
  readonly threads: Threads;
  readonly threadCount: number;
  readonly target: Target;
  /** The multiply-accumulates from which on a program is worth waking threads for. */
  readonly worthThreads: number;
  /** The address of constants in another order. */
  packed(
    order: string,
    data: readonly Float32Array[],
    pack: (...data: readonly Float32Array[]) => Float32Array,
  ): number;
  /** Runs work when the work before it has ended. */
  enqueue<T>(work: () => Promise<T>): Promise<T>;
}

/** What runs between two steps, in plain loops. */
type Aside = () => void;

let programs = 0;

/** A graph made ready to run on the CPU. */
export class CpuProgram implements Program {
  private constructor(
    private readonly engine: CpuHost,
    private readonly graph: Graph,
    private readonly outputs: readonly Value[],
    private readonly layout: Layout,
    private readonly parts: readonly (Steps | Aside)[],
    private readonly block: number,
    private readonly id: number,
  ) {}

  /** Places everything in memory, and writes the kernels. */
  static async create(
    graph: Graph,
    outputs: readonly Value[],
    engine: CpuHost,
  ): Promise<CpuProgram> {
    const module = new Module(engine.target);
    const allocation = allocate(graph, outputs);
    // Laid out at 0 first, to see how large it is.
    const trial = new Layout(engine, graph, allocation, module, 0, 0, 0);
    trial.lower();
    const besides = trial.scratchBytes + engine.threadCount * trial.ownBytes;
    const block = engine.arena.allocate(trial.end + besides);
    const layout = new Layout(
      ...[engine, graph, allocation, module] as const,
      ...[block, trial.scratchBytes, trial.ownBytes] as const,
    );
    const lowered = layout.lower();
    const compiled = await WebAssembly.compile(module.encode());
    const instance = await WebAssembly.instantiate(compiled, {
      m: { m: engine.arena.memory },
    });
    const work = graph.nodes.reduce(
      (sum, { op, attributes, inputs, output }) =>
        sum + ((ops[op] as AnyOp).macs?.(
          attributes,
          inputs.map(({ shape }) => shape),
          output.shape,
        ) ??
          count(output.shape)),
      0,
    );
    const id = programs++;
    const parts = lowered.map((part) =>
      typeof part === "function" ? part : {
        ...part,
        id,
        module: compiled,
        kernels: instance.exports as unknown as Steps["kernels"],
        own: layout.own,
        ownBytes: layout.ownBytes,
        large: work >= engine.worthThreads,
      }
    );
    return new CpuProgram(engine, graph, outputs, layout, parts, block, id);
  }

  run(inputs: readonly Tensor[]): Promise<Tensor[]> {
    return this.engine.enqueue(async () => {
      const { layout } = this;
      this.graph.inputs.forEach((value, i) => layout.view(value).data.set(inputs[i]!.data));
      for (const part of this.parts) {
        if (typeof part === "function") part();
        else await this.engine.threads.run(part);
      }
      return this.outputs.map((value) => {
        const { shape, data } = layout.view(value);
        // Not `slice`, which would share memory with the next run where threads do.
        return { shape, data: Float32Array.from(data) };
      });
    });
  }

  destroy(): void {
    this.engine.threads.forget(this.id);
    this.engine.arena.release(this.block);
  }
}

/** Where everything lies: values, what is needed beside them, tables of integers. */
class Layout implements Site {
  /** The most that any node needs beside its values. */
  scratchBytes = 0;
  /** The most that any thread needs for itself. */
  ownBytes = 0;
  /** Where the bytes of the first thread are. */
  readonly own: number;
  /** One past the last address. */
  end: number;
  readonly threads: number;
  readonly #scratch: number;
  readonly #slots: readonly number[];
  readonly #constants: ReadonlyMap<Value, Float32Array>;
  #used = 0;

  constructor(
    private readonly engine: CpuHost,
    private readonly graph: Graph,
    private readonly allocation: Allocation,
    readonly module: Module,
    private readonly base: number,
    scratchBytes: number,
    ownBytes: number,
  ) {
    this.threads = engine.threadCount;
    this.end = base;
    this.#slots = allocation.sizes.map((bytes) => this.#place(bytes));
    this.#scratch = this.#place(scratchBytes);
    this.own = this.#place(ownBytes * this.threads);
    this.#constants = withViews(graph);
  }

  /** The steps of all nodes, and what plain loops do between them. */
  lower(): (Pick<Steps, "address" | "count"> | Aside)[] {
    const parts: (Step[] | Aside)[] = [];
    for (const part of this.graph.nodes.flatMap((node) => this.#lowerNode(node))) {
      const last = parts.at(-1);
      if (typeof part === "function" || !Array.isArray(last)) {
        parts.push(typeof part === "function" ? part : [part]);
      } else last.push(part);
    }
    return parts.map((part) =>
      typeof part === "function" ? part : {
        address: this.table(
          part.flatMap((
            { kernel, parameters, chunks },
          ) => [kernel, this.table(parameters), chunks, 0]),
        ),
        count: part.length,
      }
    );
  }

  address(value: Value): number {
    const data = this.#constants.get(value);
    if (data === undefined) return this.#slots[this.allocation.slots.get(value)!]!;
    return this.engine.packed("", [data], (data) => data!);
  }

  isConstant(value: Value): boolean {
    return this.#constants.has(value);
  }

  packed(
    order: string,
    values: readonly Value[],
    pack: (...data: readonly Float32Array[]) => Float32Array,
  ): number {
    return this.engine.packed(order, values.map((value) => this.#constants.get(value)!), pack);
  }

  table(integers: ArrayLike<number>): number {
    const address = this.#place(4 * integers.length);
    if (this.base > 0) this.engine.arena.ints(address, integers.length).set(integers);
    return address;
  }

  scratch(bytes: number): number {
    const address = this.#scratch + this.#used;
    this.#used += Math.ceil(bytes / 64 + 1) * 64;
    this.scratchBytes = Math.max(this.scratchBytes, this.#used);
    return address;
  }

  reserve(bytes: number): void {
    this.ownBytes = Math.max(this.ownBytes, Math.ceil(bytes / 64 + 1) * 64);
  }

  /** The numbers of a value. */
  view(value: Value): Tensor {
    const { shape } = value;
    const data = this.#constants.get(value) ??
      this.engine.arena.floats(this.address(value), count(shape));
    return { shape, data };
  }

  #lowerNode(node: Node): (Step | Aside)[] {
    this.#used = 0;
    const { op, attributes, inputs, output } = node;
    const known = ops[op] as AnyOp;
    if (known.view) return [];
    const { activation = null } = attributes as Partial<Epilogue>;
    if (activation !== null && !isKnown(activation.fn, activation.parameters)) {
      const without = { ...node, attributes: { ...attributes, activation: null } } as Node;
      const rest = { residual: false, activation };
      return [
        ...this.#lowerNode(without),
        () => finishReference(rest, this.view(output).data, []),
      ];
    }
    return stepsOf(this, node) ?? [() => {
      const result = this.view(output);
      result.data.fill(0);
      known.reference(attributes, inputs.map((value) => this.view(value)), result);
    }];
  }

  #place(bytes: number): number {
    const address = this.end;
    this.end += Math.ceil(bytes / 64 + 1) * 64;
    return address;
  }
}

/** The constants, and what only shows a constant under another shape. */
function withViews({ constants, nodes }: Graph): ReadonlyMap<Value, Float32Array> {
  const all = new Map(constants);
  for (const { op, inputs, output } of nodes) {
    const data = all.get(inputs[0]!);
    if ((ops[op] as AnyOp).view && data !== undefined) all.set(output, data);
  }
  return all;
}
