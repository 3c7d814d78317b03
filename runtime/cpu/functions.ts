/**
 * Functions of one number, vectorised, and the epilogues that kernels apply before they store.
 *
 * @module
 */
import type { Node } from "../graph.ts";
import type { Epilogue } from "../ops/epilogue.ts";
import type { UnaryName } from "../ops/unary.ts";
import * as w from "../wasm/assembler.ts";
import type { Code, Module, Scope } from "../wasm/assembler.ts";
import type { Site } from "./kernel.ts";

/** The code of a function of the local `x`; `p` are its settings as in `unary.ts`. */
type Vectors = (m: Module, scope: Scope, x: Code, p: readonly number[]) => Code;

const c = w.constant;

/** eˣ, within 2e-7 relative; `x` is clamped to what float32 can hold. */
export function exp(m: Module, scope: Scope, x: Code): Code {
  const [r, n] = scope.vectors();
  // eˣ = 2ⁿ · eʳ, where |r| is at most ln 2 / 2.
  const polynomial = [1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 0.16666665459, 0.5, 1, 1]
    .reduce<Code>((sum, factor) => m.fma(sum, r, c(factor)), c(1.987569150e-4));
  return [
    w.set(r, w.higher(w.lower(x, c(88.37)), c(-87.33))),
    w.set(n, w.floor(m.fma(r, c(Math.LOG2E), c(0.5)))),
    w.set(r, m.fma(n, c(2.12194440e-4), m.fma(n, c(-0.693359375), r))),
    w.times(polynomial, w.shiftLeft(w.addInts(w.toInts(n), w.splatInt(127)), 23)),
  ];
}

/** `1 + eᵃˣ`. */
const onePlusExp = (m: Module, scope: Scope, x: Code, a: number): Code => {
  const y = scope.vector();
  return [w.set(y, w.times(x, c(a))), w.plus(exp(m, scope, y), c(1))];
};

const relu: Vectors = (_m, _scope, x, [slope]) =>
  slope === 0 ? w.higher(x, c(0)) : w.select(x, w.times(x, c(slope!)), w.greater(x, c(0)));

const relu6: Vectors = (_m, _scope, x, [slope]) =>
  w.plus(w.lower(w.higher(x, c(0)), c(6)), w.times(w.lower(c(0), x), c(slope!)));

const elu: Vectors = (m, scope, x, [alpha]) =>
  w.select(x, w.times(c(alpha!), w.minus(exp(m, scope, x), c(1))), w.greater(x, c(0)));

/** `1 / (1 + e⁻ˣ)`. */
export const sigmoid = (m: Module, scope: Scope, x: Code): Code =>
  w.over(c(1), onePlusExp(m, scope, x, -1));

/** The hyperbolic tangent. */
export function tanh(m: Module, scope: Scope, x: Code): Code {
  const square = scope.vector();
  // Near zero, subtracting from 1 would cancel most digits.
  const series = [2 / 15, -1 / 3, 1]
    .reduce<Code>((sum, factor) => m.fma(sum, square, c(factor)), c(-17 / 315));
  const near = [w.set(square, w.times(x, x)), w.times(x, series)];
  const far = w.minus(c(1), w.over(c(2), onePlusExp(m, scope, x, 2)));
  return w.select(near, far, w.greater(c(0.25), w.abs(x)));
}

const swish: Vectors = (m, scope, x, [beta]) => w.over(x, onePlusExp(m, scope, x, -beta!));

const abs: Vectors = (_m, _scope, x) => w.abs(x);

const clip: Vectors = (_m, _scope, x, [min, max]) => w.higher(c(min!), w.lower(x, c(max!)));

const threshold: Vectors = (_m, _scope, x, [level]) => w.both(w.greater(x, c(level!)), c(1));

/** The powers that need no logarithm. */
export const powers: ReadonlyMap<number, (x: Code) => Code> = new Map([
  [1, (x) => x],
  [2, (x) => w.times(x, x)],
  [3, (x) => w.times(x, w.times(x, x))],
  [0.5, (x) => w.sqrt(x)],
  [-0.5, (x) => w.over(c(1), w.sqrt(x))],
  [-0.75, (x) => w.over(c(1), w.sqrt(w.times(x, w.sqrt(x))))],
  [-1, (x) => w.over(c(1), x)],
]);

const power: Vectors = (m, scope, x, [exponent, scale, shift]) => {
  const y = scope.vector();
  return [w.set(y, m.fma(x, c(scale!), c(shift!))), ...powers.get(exponent!)!(y)];
};

/** The functions that have code; the reference implementation computes the others. */
const functions: { readonly [Name in UnaryName]?: Vectors } = {
  relu,
  relu6,
  elu,
  sigmoid,
  tanh,
  swish,
  abs,
  clip,
  threshold,
  power,
};

/** Whether a function has code with these settings. */
export function isKnown(name: UnaryName, parameters: readonly number[]): boolean {
  return functions[name] !== undefined && (name !== "power" || powers.has(parameters[0]!));
}

/** What is applied to values before they are stored. */
export interface Finish {
  /** Identifies it. */
  readonly name: string;
  /** Whether a residual is added first. */
  readonly residual: boolean;
  /** The local `x` plus the residual, if there is one, and with the activation applied. */
  apply(m: Module, scope: Scope, x: Code, residual?: Code): Code;
}

/** The code of an epilogue; its function must be known. */
export function finishOf({ residual, activation }: Epilogue): Finish {
  return {
    name: residual || activation
      ? [residual, activation?.fn, ...activation?.parameters ?? []].join()
      : "",
    residual,
    apply: (m, scope, x, other) => [
      ...residual ? w.set(x, w.plus(x, other!)) : [],
      activation === null ? x : functions[activation.fn]!(m, scope, x, activation.parameters),
    ],
  };
}

/** The address of the residual of an epilogue; 0 if it has none. */
export function residualOf(
  site: Site,
  { attributes, inputs }: Node<"conv2d" | "dense">,
): number {
  return attributes.residual ? site.address(inputs.at(-1)!) : 0;
}

/** No epilogue. */
export const unfinished: Finish = finishOf({ residual: false, activation: null });
