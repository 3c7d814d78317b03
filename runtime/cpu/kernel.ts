/**
 * What kernels are made of: WebAssembly functions that compute one chunk of a node's output.
 *
 * @module
 */
import type { Value } from "../graph.ts";
import type { Shape } from "../tensor.ts";
import * as w from "../wasm/assembler.ts";
import {
  asMany,
  type Code,
  type Int,
  type Module,
  type Scope,
  type Variables,
} from "../wasm/assembler.ts";
import type { CpuServices, Pack } from "./services.ts";

/** A kernel, called for each chunk from 0 to `chunks - 1`, in any order, on any thread. */
export interface Step {
  /** The index of the function in the module. */
  readonly kernel: number;
  /** The integers at its parameter address. */
  readonly parameters: readonly number[];
  readonly chunks: number;
}

/** What a kernel's author needs of the program: addresses, and the module to write into. */
export interface Site {
  readonly module: Module;
  readonly engine: CpuServices;
  readonly threads: number;
  /** The address of a value; the 64 bytes after its end may be read and written too. */
  address(value: Value): number;
  /** Whether a value is a constant. */
  isConstant(value: Value): boolean;
  /**
   * The address of packed constants, made once per network.
   *
   * @param name Identifies the packing.
   * @param length Their number of floats when packed.
   */
  packed(name: string, values: readonly Value[], length: number, pack: Pack): number;
  /** The address of a table of integers. */
  table(integers: ArrayLike<number>): number;
  /** The address of a table of `length` integers, filled once it is allocated. */
  largeTable(length: number, fill: (table: Int32Array) => void): number;
  /** A value that lives until the next node. */
  temporary(shape: Shape): Value;
  /** The address of bytes that may be used until the next node. */
  scratch(bytes: number): number;
  /** Ensures that each thread has at least so many bytes of scratch memory of its own. */
  reserve(bytes: number): void;
}

/**
 * Defines a kernel: a function of the chunk, the address of the thread's scratch memory, and its
 * parameters, as many as are destructured from `fields`. Destructuring them again takes the next ones.
 */
export function kernel(
  m: Module,
  name: string,
  write: (scope: Scope, chunk: Code, own: Code, fields: Variables) => Code,
): number {
  return m.define(name, 3, (f, parameters, chunk, own) => {
    const values: Code[] = [];
    const fields = asMany(() => {
      const value = f.int();
      values.push(value);
      return value;
    });
    const code = write(f, chunk!, own!, fields);
    return [
      ...values.flatMap((value, i) => w.set(value, w.loadInt(parameters!, 4 * i))),
      ...code,
    ];
  });
}

/**
 * A kernel over `count` items; a chunk is a run of consecutive ones.
 *
 * @param write The code for one item, given its index.
 */
export function spread(
  { module, threads }: Site,
  name: string,
  count: number,
  parameters: readonly number[],
  write: (scope: Scope, item: Code, own: Code, fields: Variables) => Code,
): Step {
  const some = Math.ceil(count / (8 * threads));
  return {
    kernel: kernel(module, name, (f, chunk, own, fields) => {
      const [count, some] = fields, [item, end] = f.ints();
      return [
        w.set(end, w.least(w.mul(w.add(chunk, 1), some), count)),
        w.loop(item, w.mul(chunk, some), end, 1, write(f, item, own, fields)),
      ];
    }),
    parameters: [count, some, ...parameters],
    chunks: Math.ceil(count / some),
  };
}

/** The first `count` of a kernel's parameters, for a number that varies. */
export function fieldsOf(fields: Iterable<Code>, count: number): Code[] {
  const iterator = fields[Symbol.iterator]();
  return Array.from({ length: count }, () => iterator.next().value);
}

/**
 * A loop over a row of floats, four at a time. The last vector may overlap the one before, so that
 * nothing is written beyond the end. Rows shorter than four (`narrow`) go one by one.
 *
 * @param x The local with the position.
 * @param count The number of floats.
 * @param step How many the body computes.
 */
export function along(
  x: Code,
  count: Int,
  narrow: boolean,
  body: Code,
  step = narrow ? 1 : 4,
): Code {
  const last = w.sub(count, step);
  return [
    w.set(x, 0),
    w.repeat(body, [
      // Advances to the last vector's position at most, and ends after it.
      w.less(x, last),
      w.set(x, w.least(w.add(x, step), last)),
    ]),
  ];
}

/** Stores what a body of {@linkcode along} has computed. */
export const put = (narrow: boolean) => narrow ? w.storeOne : w.store;

/** Loads four floats that are `stride` floats apart. */
export function gather(address: Code, stride: number, offset = 0): Code {
  if (stride === 1) return w.load(address, offset);
  if (stride === 2) {
    return w.shuffle(w.load(address, offset), w.load(address, offset + 16), [0, 2, 4, 6]);
  }
  return [1, 2, 3].reduce(
    (vector, lane) => w.loadLane(address, vector, lane, offset + 4 * stride * lane),
    w.loadSplat(address, offset),
  );
}
