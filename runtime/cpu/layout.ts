/**
 * The memory layout of a program: its values, and the steps that compute them.
 *
 * @module
 */
import { type Allocation, withViews } from "../allocation.ts";
import { type Graph, type Node, opOf, type Value } from "../graph.ts";
import { type Epilogue, finishReference } from "../ops/epilogue.ts";
import { count, type Shape, type Tensor } from "../tensor.ts";
import type { Module } from "../wasm/assembler.ts";
import { isKnown } from "./functions.ts";
import type { Site, Step } from "./kernel.ts";
import { stepsOf } from "./kernels.ts";
import type { CpuServices, Pack } from "./services.ts";
import { spaceFor } from "./memory.ts";

/** A node that the reference implementation computes between two steps. */
type Aside = () => void;

/** Consecutive steps, by the address of their table; or a node for the reference implementation. */
export interface Part {
  /** The node of each step. */
  readonly nodes: readonly Node[];
  readonly work: number | Aside;
}

/** Allocates values, scratch memory and tables, and collects the steps of all nodes. */
export class Layout implements Site {
  /** The most scratch memory that any node needs. */
  scratchBytes = 0;
  /** The most scratch memory that any thread needs. */
  ownBytes = 0;
  /** The address of the first thread's scratch memory. */
  readonly own: number;
  /** One past the last address. */
  end: number;
  readonly threads: number;
  readonly engine: CpuServices;
  readonly module: Module;
  readonly #graph: Graph;
  readonly #allocation: Allocation;
  readonly #base: number;
  readonly #scratch: number;
  readonly #slots: readonly number[];
  readonly #constants: ReadonlyMap<Value, Float32Array>;
  readonly #temporary = new Map<Value, number>();
  #used = 0;

  /**
   * @param base The address of the program's memory block; 0 for a trial, which learns how much memory
   * is needed, and fills no tables.
   * @param trial A trial of the same graph.
   */
  constructor(
    engine: CpuServices,
    graph: Graph,
    allocation: Allocation,
    module: Module,
    base = 0,
    trial?: Layout,
  ) {
    this.engine = engine;
    this.module = module;
    this.#graph = graph;
    this.#allocation = allocation;
    this.#base = base;
    this.threads = engine.threadCount;
    this.end = base;
    this.#slots = allocation.sizes.map((bytes) => this.#place(bytes));
    this.#scratch = this.#place(trial?.scratchBytes ?? 0);
    this.own = this.#place((trial?.ownBytes ?? 0) * this.threads);
    this.#constants = withViews(graph);
  }

  /** The steps of all nodes in order, with those for the reference implementation between them. */
  lower(): Part[] {
    const parts: Part[] = [];
    let nodes: Node[] = [], fields: number[] = [];
    const endSteps = () => {
      if (nodes.length > 0) parts.push({ nodes, work: this.table(fields) });
      nodes = [];
      fields = [];
    };
    for (const node of this.#graph.nodes) {
      for (const work of this.#lowerNode(node)) {
        if (typeof work === "function") {
          endSteps();
          parts.push({ nodes: [node], work });
          continue;
        }
        nodes.push(node);
        fields.push(work.kernel, this.table(work.parameters), work.chunks, 0);
      }
    }
    endSteps();
    return parts;
  }

  address(value: Value): number {
    const temporary = this.#temporary.get(value);
    if (temporary !== undefined) return temporary;
    const data = this.#constants.get(value);
    if (data === undefined) {
      const { slots, starts } = this.#allocation;
      return this.#slots[slots.get(value)!]! + (starts.get(value) ?? 0);
    }
    return this.engine.packed("", [data], data.length, (to, numbers) => to.set(numbers!));
  }

  isConstant(value: Value): boolean {
    return this.#constants.has(value);
  }

  packed(name: string, values: readonly Value[], length: number, pack: Pack): number {
    const data = values.map((value) => this.#constants.get(value)!);
    return this.engine.packed(name, data, length, pack);
  }

  table(integers: ArrayLike<number>): number {
    return this.largeTable(integers.length, (table) => table.set(integers));
  }

  largeTable(length: number, fill: (table: Int32Array) => void): number {
    const address = this.#place(4 * length);
    if (this.#base > 0) fill(this.engine.arena.ints(address, length));
    return address;
  }

  temporary(shape: Shape): Value {
    const value = { name: "", shape };
    this.#temporary.set(value, this.scratch(4 * count(shape)));
    return value;
  }

  scratch(bytes: number): number {
    const address = this.#scratch + this.#used;
    this.#used += spaceFor(bytes);
    this.scratchBytes = Math.max(this.scratchBytes, this.#used);
    return address;
  }

  reserve(bytes: number): void {
    this.ownBytes = Math.max(this.ownBytes, spaceFor(bytes));
  }

  /** A view of a value's numbers. */
  view(value: Value): Tensor {
    const { shape } = value;
    const data = this.#constants.get(value) ??
      this.engine.arena.floats(this.address(value), count(shape));
    return { shape, data };
  }

  /** The variant, for profiles, of the step whose fields are at an address. */
  variantAt(address: number): string {
    return this.module.nameOf(this.engine.arena.ints(address, 1)[0]!).split(" ")[0]!;
  }

  #lowerNode(node: Node): (Step | Aside)[] {
    this.#used = 0;
    const { attributes, inputs, output } = node;
    const known = opOf(node);
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
      const own = known.reference(attributes, inputs.map((value) => this.view(value)), result);
      if (own) result.data.set(own.data);
    }];
  }

  #place(bytes: number): number {
    const address = this.end;
    this.end += spaceFor(bytes);
    return address;
  }
}
