/**
 * Functions of one number, applied element-wise.
 *
 * @module
 */
import { type AttributesOf, number, type Schema } from "./attribute.ts";
import type { Op } from "./op.ts";
import { perElement } from "./shader.ts";

/** A function of `x`, once in TypeScript and once in WGSL. */
export interface UnaryFunction<S extends Schema = Schema> {
  readonly schema: S;
  /** The settings as up to four numbers: `p[0]` to `p[3]` here, `p.x` to `p.w` in `code`. */
  parameters(attributes: AttributesOf<S>): readonly number[];
  /** Computes the function in float64. */
  reference(x: number, p: readonly number[]): number;
  /** WGSL: the body of `fn apply(x: f32, p: vec4f) -> f32`. */
  readonly code: string;
}

/** An op that applies a function of one number element-wise. */
export interface UnaryOp<S extends Schema> extends Op<S> {
  readonly apply: UnaryFunction<S>;
}

/** The op of a function. Its parameters are the settings in their order, by default. */
function unary<const S extends Schema>(
  told: Omit<UnaryFunction<S>, "parameters"> & Partial<UnaryFunction<S>>,
): UnaryOp<S> {
  const names = Object.keys(told.schema) as (keyof S)[];
  const apply: UnaryFunction<S> = {
    parameters: (attributes) => names.map((name) => attributes[name] as number),
    ...told,
  };
  return {
    schema: apply.schema,
    apply,
    shape: (_, [input]) => input!,
    reference(attributes, [input], output) {
      const p = apply.parameters(attributes);
      for (let i = 0; i < output.data.length; i++) {
        output.data[i] = apply.reference(input!.data[i]!, p);
      }
    },
    shaders: (attributes, _, output) => [perElement(output, {
      code: code + applyCode(apply),
      uniforms: uniformsOf(apply.parameters(attributes)),
    })],
  };
}

/** WGSL: `fn apply`, and what it uses. */
export function applyCode({ code }: Pick<UnaryFunction, "code">): string {
  return `${cutCode}fn apply(x: f32, p: vec4f) -> f32 { ${code} }\n`;
}

/** WGSL: a `clamp` that keeps NaN, for which `min`, `max` and `clamp` may return a number. */
export const cutCode = /* wgsl */ `fn cut(x: f32, low: f32, high: f32) -> f32 {
  return select(select(x, high, x > high), low, x <= low);
}
`;

/** Pads up to four numbers to the `vec4f` of a uniform. */
export function uniformsOf(p: readonly number[]): [number, number, number, number] {
  return [p[0] ?? 0, p[1] ?? 0, p[2] ?? 0, p[3] ?? 0];
}

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;
@group(0) @binding(1) var<storage, read> input: array<f32>;
@group(0) @binding(2) var<uniform> parameters: vec4f;

// One invocation computes one element.
fn invocation(i: i32) {
  output[i] = apply(input[i], parameters);
}
`;

/** `x` where it is positive, `slope · x` elsewhere. */
const relu = unary({
  schema: { slope: number(0) },
  // Adding 0 turns −0 into 0.
  reference: (x, [slope]) => x > 0 ? x : slope! * x + 0,
  code: /* wgsl */ `return select(x, 0.0, x <= 0.0) + p.x * min(x, 0.0);`,
});

/** `x` cut at 6 where it is positive, `slope · x` elsewhere. */
const relu6 = unary({
  schema: { slope: number(0) },
  reference: (x, [slope]) => x > 0 ? Math.min(x, 6) : slope! * x + 0,
  code: /* wgsl */ `return cut(x, 0.0, 6.0) + p.x * min(x, 0.0);`,
});

/** `x` where it is positive, `alpha · (eˣ − 1)` elsewhere. */
const elu = unary({
  schema: { alpha: number(1) },
  reference: (x, [alpha]) => x > 0 ? x : alpha! * Math.expm1(x),
  code: /* wgsl */ `return select(x, p.x * (exp(min(x, 0.0)) - 1.0), x <= 0.0);`,
});

/** `1 / (1 + e⁻ˣ)`. */
const sigmoid = unary({
  schema: {},
  reference: (x) => 1 / (1 + Math.exp(-x)),
  code: /* wgsl */ `return 1.0 / (1.0 + exp(-cut(x, -80.0, 80.0)));`,
});

/**
 * The hyperbolic tangent. Some drivers overflow for large `x`, so it is clamped, and lose digits
 * near zero, where a series is exact.
 */
const tanh = unary({
  schema: {},
  reference: (x) => Math.tanh(x),
  code: /* wgsl */ `
let y = cut(x, -10.0, 10.0);
let s = y * y;
let near = y + y * s * (s * (0.13333333 - s * 0.053968254) - 0.33333333);
return select(tanh(y), near, s < 0.0625);
`,
});

/** `x · sigmoid(beta · x)`. */
const swish = unary({
  schema: { beta: number(1) },
  reference: (x, [beta]) => x / (1 + Math.exp(-beta! * x)),
  code: /* wgsl */ `return x / (1.0 + exp(-clamp(p.x * x, -80.0, 80.0)));`,
});

/** The absolute value of `x`. */
const abs = unary({
  schema: {},
  reference: (x) => Math.abs(x),
  code: /* wgsl */ `return abs(x);`,
});

/** `x`, clamped to `min` and `max`; `min` for NaN, as in Caffe. */
const clip = unary({
  schema: { min: number(-Infinity), max: number(Infinity) },
  reference: (x, [min, max]) => x > min! ? Math.max(min!, Math.min(x, max!)) : min!,
  code: /* wgsl */ `return max(p.x, select(p.x, min(x, p.y), x > p.x));`,
});

/** `(shift + scale · x) ^ power`. */
const power = unary({
  schema: { power: number(1), scale: number(1), shift: number(0) },
  // The last is what 0 becomes, which may be infinite.
  parameters: ({ power, scale, shift }) => [power, scale, shift, 0 ** power],
  reference: (x, [power, scale, shift]) => (shift! + scale! * x) ** power!,
  // WGSL's pow is undefined for negative bases, so integer powers take the sign by parity.
  code: /* wgsl */ `
let base = p.z + p.y * x;
if (p.x == 1.0) { return base; }
if (p.x == 2.0) { return base * base; }
if (p.x == 0.5) { return sqrt(base); }
if (p.x == 0.0) { return 1.0; }
if (base == 0.0) { return p.w; }
if (p.x != floor(p.x)) { return pow(base, p.x); }
let magnitude = pow(abs(base), p.x);
return select(magnitude, -magnitude, base < 0.0 && p.x != 2.0 * floor(p.x * 0.5));
`,
});

/** `base ^ (shift + scale · x)`; base −1 means e. */
const exp = unary({
  schema: { base: number(-1), scale: number(1), shift: number(0) },
  parameters: ({ base, scale, shift }) => [base === -1 ? 1 : Math.log(base), scale, shift],
  reference: (x, [logBase, scale, shift]) => Math.exp(logBase! * (shift! + scale! * x)),
  code: /* wgsl */ `return exp(p.x * (p.z + p.y * x));`,
});

/** The logarithm of `shift + scale · x` to a base; −1 means e. */
const log = unary({
  schema: { base: number(-1), scale: number(1), shift: number(0) },
  parameters: ({ base, scale, shift }) => [base === -1 ? 1 : Math.log(base), scale, shift],
  reference: (x, [logBase, scale, shift]) => Math.log(shift! + scale! * x) / logBase!,
  code: /* wgsl */ `return log(p.z + p.y * x) / p.x;`,
});

/** `log(1 + eˣ)`, without overflow for large `x`. */
const bnll = unary({
  schema: {},
  reference: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  code: /* wgsl */ `return max(x, 0.0) + log(1.0 + exp(-abs(x)));`,
});

/** 1 where `x` is above the threshold, 0 elsewhere. */
const threshold = unary({
  schema: { threshold: number(0) },
  reference: (x, [threshold]) => x > threshold! ? 1 : 0,
  code: /* wgsl */ `return select(0.0, 1.0, x > p.x);`,
});

/** The functions by name: each is an op. */
export const functions = {
  relu,
  relu6,
  elu,
  sigmoid,
  tanh,
  swish,
  abs,
  clip,
  power,
  exp,
  log,
  bnll,
  threshold,
};

/** The name of a function of one number. */
export type UnaryName = keyof typeof functions;
