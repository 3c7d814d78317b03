/**
 * Rounding kernels in WebAssembly SIMD, compiled at first use: four to eight times as fast as one
 * by one.
 *
 * @module
 */
import * as w from "../../../runtime/wasm/assembler.ts";
import { instantiateAlone } from "../../../runtime/wasm/instance.ts";
import type { Sums } from "./loops.ts";

/** The kernels and their memory. Counts of weights are multiples of sixteen. */
export interface Kernels {
  /** Buffers for some weights and their rounded bytes, reused by every call. */
  memory(
    weights: number,
    bytes: number,
  ): { weights: Float32Array; rounded: Uint8Array };
  /** The largest magnitude of weights in the buffer. */
  largest(weights: Float32Array): number;
  /** Rounds weights to float16; none may overflow. */
  toHalf(weights: Float32Array, halves: Uint16Array): Sums;
  /** Rounds weights to integers, in units of the scale. */
  toInt8(weights: Float32Array, numbers: Int8Array, scale: number): Sums;
}

/** The kernels once they are compiled; `null` where WebAssembly is missing or forbidden. */
let cached: Kernels | null | undefined;

/** The kernels; `undefined` where WebAssembly is missing or forbidden. */
export function kernels(): Kernels | undefined {
  if (cached === undefined) cached = make();
  return cached ?? undefined;
}

/** The addresses of the inverse scale and of the results, four numbers each. */
const at = { scale: 0, largest: 16, error: 32, differences: 48, squares: 64 };
const dataStart = 128;
const pageSize = 1 << 16;

function make(): Kernels | null {
  const module = new w.Module({ fma: false, pages: undefined });
  module.define("largest", 3, writeLargest);
  module.define("toHalf", 3, writeToHalf);
  module.define("toInt8", 3, writeToInt8);
  const alone = instantiateAlone(module);
  if (alone === undefined) return null;
  const { functions, memory } = alone;
  const [largest, toHalf, toInt8] = [0, 1, 2].map((i) => {
    const kernel = functions[i] as (from: number, end: number, to: number) => void;
    return ({ byteOffset, byteLength }: Float32Array, to = 0) =>
      kernel(byteOffset, byteOffset + byteLength, to);
  });
  const four = (address: number) => new Float32Array(memory.buffer, address, 4);
  const sum = (address: number) => four(address).reduce((a, b) => a + b);
  const sums = (scale: number): Sums => ({
    error: sum(at.error) * scale,
    differences: sum(at.differences) * scale * scale,
    squares: sum(at.squares) * scale * scale,
  });
  return {
    memory(weights, bytes) {
      const end = dataStart + 4 * weights, needed = end + bytes;
      const more = needed - memory.buffer.byteLength;
      if (more > 0) memory.grow(Math.ceil(more / pageSize));
      return {
        weights: new Float32Array(memory.buffer, dataStart, weights),
        rounded: new Uint8Array(memory.buffer, end, bytes),
      };
    },
    largest(weights) {
      largest!(weights);
      return Math.max(...four(at.largest));
    },
    toHalf(weights, { byteOffset }) {
      toHalf!(weights, byteOffset);
      return sums(1);
    },
    toInt8(weights, { byteOffset }, scale) {
      four(at.scale)[0] = 1 / scale;
      toInt8!(weights, byteOffset);
      return sums(scale);
    },
  };
}

/** A loop over weights, sixteen at a time: `body` gets their address, and adds to sums. */
function overWeights(
  scope: w.Scope,
  [from, end]: readonly w.Code[],
  found: readonly number[],
  body: (address: w.Code, sums: readonly w.Code[]) => w.Code,
): w.Code {
  const address = scope.int(), sums = scope.vectorArray(found.length);
  return [
    sums.map((sum) => w.set(sum, w.constant(0))),
    w.loop(address, from!, end!, 64, body(address, sums)),
    sums.map((sum, i) => w.store(origin, sum, found[i]!)),
  ];
}

/** The address 0: WebAssembly's `i32.const`. */
const origin: w.Code = [0x41, 0];
/** The four vectors of sixteen weights. */
const quads = [0, 1, 2, 3];
const all = (parts: readonly w.Code[], join: (a: w.Code, b: w.Code) => w.Code) =>
  parts.reduce((a, b) => join(a, b));

function writeLargest(scope: w.Scope, ...range: w.Code[]): w.Code {
  return overWeights(scope, range, [at.largest], (address, [largest]) => {
    const magnitudes = quads.map((i) => w.abs(w.load(address, 16 * i)));
    return w.set(largest!, all([largest!, ...magnitudes], w.higher));
  });
}

/** Accumulates the errors of sixteen weights, still in registers. */
function addUp(
  scope: w.Scope,
  exact: readonly w.Code[],
  errors: readonly w.Code[],
  [error, differences, squares]: readonly w.Code[],
): w.Code {
  const squared = (parts: readonly w.Code[]) => all(parts.map((x) => w.times(x, x)), w.plus);
  const kept = scope.vectorArray(errors.length);
  return [
    errors.map((code, i) => w.set(kept[i]!, code)),
    w.set(error!, w.plus(error!, all(kept, w.plus))),
    w.set(differences!, w.plus(differences!, squared(kept))),
    w.set(squares!, w.plus(squares!, squared(exact))),
  ];
}

function writeToInt8(scope: w.Scope, from: w.Code, end: w.Code, to: w.Code): w.Code {
  const found = [at.error, at.differences, at.squares];
  const inverse = scope.vector(), exact = scope.vectorArray(4), rounded = scope.vectorArray(4);
  return [
    w.set(inverse, w.loadSplat(origin, at.scale)),
    overWeights(scope, [from, end], found, (address, sums) => [
      quads.map((i) => [
        w.set(exact[i]!, w.times(w.load(address, 16 * i), inverse)),
        w.set(rounded[i]!, nearest(exact[i]!)),
      ]),
      w.store(
        w.add(to, w.div(w.sub(address, from), 4)),
        narrowToBytes(
          narrowToShorts(w.toInts(rounded[0]!), w.toInts(rounded[1]!)),
          narrowToShorts(w.toInts(rounded[2]!), w.toInts(rounded[3]!)),
        ),
      ),
      addUp(scope, exact, quads.map((i) => w.minus(exact[i]!, rounded[i]!)), sums),
    ]),
  ];
}

const nearest = w.simd(0x6a);
const narrowToBytes = w.simd(0x65);
const narrowToShorts = w.simd(0x85);
const narrowUnsigned = w.simd(0x86);

/** The sign of a float32. */
const signBit = 1 << 31;
/** The difference of the biases of float32's exponent and of float16's, 127 and 15, in its place. */
const rebias = 112 << 23;
/** One less than half a unit in the last place of a half: with an odd last bit, ties are rounded up. */
const almostHalf = 0xfff;
/** The bits of 0.5 in float32. */
const bitsOfHalf = 126 << 23;

function writeToHalf(scope: w.Scope, from: w.Code, end: w.Code, to: w.Code): w.Code {
  const found = [at.error, at.differences, at.squares];
  const exact = scope.vectorArray(4),
    magnitude = scope.vectorArray(4),
    halves = scope.vectorArray(4);
  const ints = (value: number) => w.splatInt(value);
  return overWeights(scope, [from, end], found, (address, sums) => {
    const sign = (i: number) => w.both(exact[i]!, ints(signBit));
    // The last bit of a half is bit 13 of float32; ties round to even.
    const odd = (i: number) => w.both(w.shiftRight(magnitude[i]!, 13), ints(1));
    const normal = (i: number) =>
      w.shiftRight(w.addInts(w.addInts(magnitude[i]!, odd(i)), ints(almostHalf - rebias)), 13);
    // In a sum with 0.5, float32's last bit has the value of the smallest subnormal half.
    const subnormal = (i: number) =>
      w.addInts(w.plus(magnitude[i]!, w.constant(0.5)), ints(-bitsOfHalf));
    const value = (i: number) => w.times(w.shiftLeft(halves[i]!, 13), w.constant(2 ** 112));
    const signed = (i: number) => w.addInts(halves[i]!, w.shiftRight(sign(i), 16));
    return [
      quads.map((i) => [
        w.set(exact[i]!, w.load(address, 16 * i)),
        w.set(magnitude[i]!, w.abs(exact[i]!)),
        w.set(
          halves[i]!,
          w.select(
            normal(i),
            subnormal(i),
            w.greater(magnitude[i]!, w.constant(2 ** -14)),
          ),
        ),
      ]),
      [0, 2].map((i) =>
        w.store(
          w.add(to, w.div(w.sub(address, from), 2)),
          narrowUnsigned(signed(i), signed(i + 1)),
          8 * i,
        )
      ),
      addUp(
        scope,
        exact,
        quads.map((i) => w.exclusiveOr(w.minus(magnitude[i]!, value(i)), sign(i))),
        sums,
      ),
    ];
  });
}
