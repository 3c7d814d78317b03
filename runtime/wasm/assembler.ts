/**
 * A WebAssembly assembler: instructions as functions that return bytes, and modules of functions.
 *
 * A kernel reads like the loops it is: `set(sum, fma(load(a), load(b), sum))`. Values are 32-bit
 * integers (counters, addresses) or SIMD vectors of four float32 (f32x4); a scalar float is a
 * vector of four equal lanes.
 *
 * @see https://webassembly.github.io/spec/core/binary/
 *
 * @module
 */

/** The bytes of instructions that leave one value on the stack, or none; parts may be nested. */
export type Code = readonly (number | Code)[];

/** An integer operand: code that leaves one, or a constant. */
export type Int = Code | number;

/** Unsigned LEB128. */
function leb(value: number): number[] {
  return value < 128 ? [value] : [value % 128 + 128, ...leb(Math.floor(value / 128))];
}

/** Signed LEB128. */
function signed(value: number): number[] {
  return value >= -64 && value < 64 ? [value & 127] : [value & 127 | 128, ...signed(value >> 7)];
}

function int(value: Int): Code {
  return typeof value === "number" ? [0x41, ...signed(value | 0)] : value; // i32.const
}

const binary = (opcode: number) => (a: Int, b: Int): Code => [int(a), int(b), opcode];

const chain = (opcode: number) => (...operands: readonly Int[]): Code => [
  operands.map((operand, i) => i === 0 ? int(operand) : [int(operand), opcode]),
];

/** Integer arithmetic, unsigned; the first two take any number of operands. */
export const add = chain(0x6a);
export const mul = chain(0x6c);
export const sub = binary(0x6b);
export const div = binary(0x6e);
export const rem = binary(0x70);
export const equal = binary(0x46);
/** Whether `a < b`, both unsigned: for addresses. */
export const less = binary(0x49);

/** The smaller of two unsigned integers, by `select`; evaluates each operand twice. */
export const least = (a: Int, b: Int): Code => [int(a), int(b), less(a, b), 0x1b];

/** `i32.load`, of any alignment. */
export const loadInt = (address: Code, offset = 0): Code => [address, 0x28, 0, leb(offset)];

/** `memory.copy`. */
export const move = (to: Code, from: Code, bytes: Int): Code => [
  to,
  from,
  int(bytes),
  ...[0xfc, 10, 0, 0],
];

/** The SIMD instruction with an opcode. */
export const simd = (opcode: number) => (...operands: readonly Code[]): Code => [
  operands,
  0xfd,
  leb(opcode),
];

const access = (opcode: number, ...lane: number[]) => (address: Code, offset = 0): Code => [
  simd(opcode)(address),
  0,
  leb(offset),
  ...lane,
];

/** Loads four floats. */
export const load = access(0x00);
/** Loads one float into all four lanes. */
export const loadSplat = access(0x09);

/** Stores four floats. */
export const store = (address: Code, value: Code, offset = 0): Code =>
  access(0x0b)([address, value], offset);
/** Stores lane 0. */
export const storeOne = (address: Code, value: Code, offset = 0): Code =>
  access(0x5a, 0)([address, value], offset);
/** Replaces one lane by the float at an address. */
export const loadLane = (address: Code, value: Code, lane: number, offset = 0): Code =>
  access(0x56, lane)([address, value], offset);

/** A float constant in all four lanes. */
export function constant(value: number): Code {
  const bytes = new Uint8Array(Float32Array.of(value, value, value, value).buffer);
  return [0xfd, 0x0c, ...bytes];
}

/** An integer in all four lanes. */
export const splatInt = (value: Int): Code => simd(0x11)(int(value));

/** Four of the eight floats of two vectors, by `i8x16.shuffle`. */
export const shuffle = (a: Code, b: Code, lanes: readonly number[]): Code => [
  simd(0x0d)(a, b),
  lanes.flatMap((lane) => [4 * lane, 4 * lane + 1, 4 * lane + 2, 4 * lane + 3]),
];

export const greater = simd(0x44);
export const both = simd(0x4e);
export const exclusiveOr = simd(0x51);
/** `select(a, b, mask)`: `a` where the mask is set, `b` elsewhere. */
export const select = simd(0x52);
export const floor = simd(0x68);
export const abs = simd(0xe0);
export const sqrt = simd(0xe3);
export const plus = simd(0xe4);
export const minus = simd(0xe5);
export const times = simd(0xe6);
export const over = simd(0xe7);
/** `pmin`: `b` if it is smaller, else `a`, also if either is NaN. */
export const lower = simd(0xea);
/** `pmax`: `b` if it is larger, else `a`, also if either is NaN. */
export const higher = simd(0xeb);
export const addInts = simd(0xae);
export const toInts = simd(0xf8);
export const fromInts = simd(0xfa);
export const shiftLeft = (a: Code, bits: number): Code => simd(0xab)(a, int(bits));
export const shiftRight = (a: Code, bits: number): Code => simd(0xad)(a, int(bits));
const relaxedFma = simd(0x105);

/** `local.set`, with the index of the local, which follows its `local.get`. */
export const set = (local: Code, value: Int): Code => [int(value), 0x21, local.slice(1)];

/** Runs `then` if an integer is not 0, else `otherwise`. */
export const when = (
  condition: Code,
  then: Code,
  otherwise: Code = [],
): Code => [condition, 0x04, 0x40, then, 0x05, otherwise, 0x0b]; // if, else, end

/** A for loop: `local` goes from `from` in steps of `step` while it is below `to`. */
export const loop = (local: Code, from: Int, to: Int, step: Int, body: Code): Code => [
  set(local, from),
  ...[0x02, 0x40, 0x03, 0x40], // block, loop
  less(local, to),
  ...[0x45, 0x0d, 1], // i32.eqz, br_if 1: leaves the block
  body,
  set(local, add(local, step)),
  ...[0x0c, 0, 0x0b, 0x0b], // br 0: repeats the loop; end, end
];

/** A do-while loop: runs `body` at least once, and again while `condition` is not 0. */
export const repeat = (
  body: Code,
  condition: Code,
): Code => [0x03, 0x40, body, condition, 0x0d, 0, 0x0b]; // loop, br_if 0, end

type Six = readonly [Code, Code, Code, Code, Code, Code];
/** Locals, created as they are taken by destructuring. */
export type Variables = readonly [...Six, ...Six, ...Six, ...Six];

/** Calls `make` once for each element that is taken. */
export function asMany(make: () => Code): Variables {
  const endless = function* () {
    while (true) yield make();
  };
  return { [Symbol.iterator]: endless } as Iterable<Code> as Variables;
}

/** A function being written: its locals. */
export class Scope {
  readonly #parameters: number;
  readonly #types: number[] = [];

  constructor(parameters: number) {
    this.#parameters = parameters;
  }

  /** A new i32 local. */
  int(): Code {
    return this.#local(0x7f);
  }

  /** New i32 locals, as many as are destructured. */
  ints(): Variables {
    return asMany(() => this.int());
  }

  /** A new v128 local. */
  vector(): Code {
    return this.#local(0x7b);
  }

  /** New v128 locals, as many as are destructured. */
  vectors(): Variables {
    return asMany(() => this.vector());
  }

  /** A number of new v128 locals. */
  vectorArray(count: number): Code[] {
    return Array.from({ length: count }, () => this.vector());
  }

  #local(type: number): Code {
    this.#types.push(type);
    return [0x20, leb(this.#parameters + this.#types.length - 1)]; // local.get
  }

  /** The function's locals and code in the encoding of the code section. */
  encode(code: Code): Code {
    const types = this.#types.flatMap((type) => [1, type]);
    return sized([leb(this.#types.length), types, code, 0x0b]);
  }
}

const flat = (code: readonly unknown[]) => code.flat(Infinity) as number[];
const sized = (code: Code): Code => {
  const bytes = flat(code);
  return [leb(bytes.length), bytes];
};
const section = (id: number, items: readonly Code[]) => [id, sized([leb(items.length), items])];
const text = (string: string) => sized([...new TextEncoder().encode(string)]);

/** What the platform can do, and what the module imports. */
export interface Target {
  /** Whether relaxed SIMD's fused multiply-add may be used. */
  readonly fma: boolean;
  /** Whether loads cost no bounds check, so that loading beats shuffling. */
  readonly readsFreely?: boolean;
  /** The maximum of the imported memory in pages, if threads share it. */
  readonly pages: number | undefined;
}

/** A module being written. Its functions take i32 parameters and return nothing. */
export class Module {
  readonly target: Target;
  readonly #indices = new Map<string, number>();
  readonly #functions: { readonly parameters: number; readonly code: Code }[] = [];

  constructor(target: Target) {
    this.target = target;
  }

  /** `a · b + c`, rounded once (fused) or twice. */
  fma(a: Code, b: Code, c: Code): Code {
    return this.target.fma ? relaxedFma(a, b, c) : plus(times(a, b), c);
  }

  /**
   * The index of a function, which is written at the first request.
   *
   * @param name Identifies it.
   */
  define(
    name: string,
    parameters: number,
    write: (scope: Scope, ...parameters: Code[]) => Code,
  ): number {
    const known = this.#indices.get(name);
    if (known !== undefined) return known;
    const scope = new Scope(parameters);
    const code = scope.encode(
      write(scope, ...Array.from({ length: parameters }, (_, i) => [0x20, i])),
    );
    const index = this.#functions.push({ parameters, code }) - 1;
    this.#indices.set(name, index);
    return index;
  }

  /** The name of a function. */
  nameOf(index: number): string {
    return [...this.#indices.keys()][index]!;
  }

  /** Encodes the module; functions are exported under their indices. */
  encode(): Uint8Array<ArrayBuffer> {
    const { pages } = this.target;
    // With at least a page, static offsets need no check of their own where bounds are checked.
    const limits = pages === undefined ? [0, 1] : [3, 1, ...leb(pages)];
    const functions = this.#functions;
    const types = Math.max(...functions.map(({ parameters }) => parameters)) + 1;
    // Type n is that of functions with n parameters.
    const typeOf = (n: number) => [0x60, n, new Array(n).fill(0x7f), 0];
    return Uint8Array.from(flat([
      [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0], // the magic number, `\0asm`, and version 1
      section(1, Array.from({ length: types }, (_, n) => typeOf(n))), // types
      section(2, [[text("m"), text("m"), 2, limits]]), // imports: the memory
      section(3, functions.map(({ parameters }) => [parameters])), // the types of functions
      section(7, functions.map((_, i) => [text(String(i)), 0, leb(i)])), // exports
      section(10, functions.map(({ code }) => code)), // code
    ]));
  }
}

/** `call` of a function. */
export const call = (index: number, ...operands: readonly Int[]): Code => [
  operands.map(int),
  0x10,
  leb(index),
];
