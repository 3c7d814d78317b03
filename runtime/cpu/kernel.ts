/**
 * What kernels are: functions that compute one chunk of a node's output.
 *
 * @module
 */
import type { Value } from "../graph.ts";
import type { Shape } from "../tensor.ts";
import * as w from "./assembler.ts";
import {
  asMany,
  type Code,
  type Int,
  type Module,
  type Scope,
  type Variables,
} from "./assembler.ts";
import type { CpuHost, Pack } from "./host.ts";

/** A kernel to be called for each chunk from 0 on, in any order, on any thread. */
export interface Step {
  /** The index of the function. */
  readonly kernel: number;
  /** What it finds at the address that it is given. */
  readonly parameters: readonly number[];
  readonly chunks: number;
}

/** Where the values of a program lie, and the module that its kernels are written into. */
export interface Site {
  readonly module: Module;
  readonly engine: CpuHost;
  readonly threads: number;
  /** The address of a value; sixty-four bytes after its end can be read and written. */
  address(value: Value): number;
  /** Whether a value is a constant. */
  isConstant(value: Value): boolean;
  /**
   * The address of constants in another order, made once a network.
   *
   * @param order Tells the order from others.
   * @param length How many numbers they are then.
   */
  packed(order: string, values: readonly Value[], length: number, pack: Pack): number;
  /** The address of integers that the program keeps. */
  table(integers: ArrayLike<number>): number;
  /** The address of so many integers, which are computed when their place is known. */
  largeTable(length: number, fill: (table: Int32Array) => void): number;
  /** A value that is there until the next node. */
  temporary(shape: Shape): Value;
  /** The address of bytes that are free until the next node. */
  scratch(bytes: number): number;
  /** Makes sure that each thread has so many bytes of its own. */
  reserve(bytes: number): void;
}

/**
 * Defines a kernel: a function of the chunk, the address of the thread's own bytes, and its
 * parameters, which are as many as are taken from `fields`.
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
 * Does something for each of `count` items; a chunk is some that follow each other.
 *
 * @param write The code for one item, of which the number is given.
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

/** So many of a kernel's parameters, which is how to take a number that varies. */
export function fieldsOf(fields: Iterable<Code>, count: number): Code[] {
  const iterator = fields[Symbol.iterator]();
  return Array.from({ length: count }, () => iterator.next().value);
}

/**
 * Goes along a row of floats four at a time; the last four may overlap those before, so that
 * nothing is written beyond the end. Rows of less than four are gone along one by one.
 *
 * @param x The position, and how many floats there are.
 */
export function along(x: Code, count: Int, narrow: boolean, body: Code): Code {
  const last = w.sub(count, narrow ? 1 : 4);
  return [
    w.set(x, 0),
    w.repeat([
      ...body,
    ], [
      // Steps to the last place at most, and ends after that.
      w.less(x, last),
      w.set(x, w.least(w.add(x, narrow ? 1 : 4), last)),
    ]),
  ];
}

/** Stores what {@linkcode along} has computed. */
export const put = (narrow: boolean) => narrow ? w.storeOne : w.store;

/** Four floats that lie `stride` floats apart. */
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
