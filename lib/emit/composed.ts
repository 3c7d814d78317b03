/**
 * Ops without an equivalent in other frameworks, composed of basic array ops.
 *
 * @module
 */
import type { Attributes } from "../../runtime/ops/mod.ts";
import type { Shape, Shape4 } from "../../runtime/tensor.ts";
import { fixed } from "./open_batch.ts";

/** A tensor of a graph under construction. */
interface Shaped {
  readonly shape: Shape;
}

/** The array ops that every graph builder has; operands are broadcast as in NumPy. */
export interface ArrayOps<Value extends Shaped> {
  /** A scalar. */
  number(value: number): Value;
  /** A constant. */
  floats(shape: Shape, data: Float32Array): Value;
  add(a: Value, b: Value): Value;
  subtract(a: Value, b: Value): Value;
  multiply(a: Value, b: Value): Value;
  divide(a: Value, b: Value): Value;
  /** `x` times a number. */
  scale(x: Value, factor: number): Value;
  /** The smaller of two elements. */
  smaller(a: Value, b: Value): Value;
  /** The product of a matrix and a transposed one. */
  timesTransposed(a: Value, b: Value): Value;
  unary(op: "Exp" | "Floor" | "Identity" | "Log" | "Sigmoid" | "Sqrt" | "Tanh", x: Value): Value;
  square(x: Value): Value;
  /** `x` to a power. */
  raise(x: Value, exponent: number): Value;
  /** An element-wise comparison. */
  compare(op: "Equal" | "Less" | "NotEqual" | "NotLess", a: Value, b: Value): Value;
  and(a: Value, b: Value): Value;
  /** `a` where the condition holds, `b` elsewhere. */
  select(condition: Value, a: Value, b: Value): Value;
  /** Fractions are truncated. */
  toIntegers(x: Value): Value;
  /** Converts integers or booleans; true is 1, false is 0. */
  toFloats(x: Value): Value;
  reshape(x: Value, shape: Shape): Value;
  /** Permutes the axes. */
  transpose(x: Value, order: Shape): Value;
  sliceAxis(x: Value, axis: number, start: number, length: number): Value;
  concat(values: readonly Value[], axis: number): Value;
  /** Sums along axes. */
  sum(x: Value, axes: Shape): Value;
  /** The means along axes, which stay with extent 1. */
  mean(x: Value, axes: Shape): Value;
  /** The inclusive cumulative sum along the first axis. */
  cumulate(x: Value): Value;
  /** The index of the largest element along the last axis, as a float; the first of equals. */
  firstLargest(x: Value): Value;
  /** The slices of `[samples, extent, …]` at indices `[samples, count]`: `[samples, count, …]`. */
  gatherEach(x: Value, positions: Value): Value;
}

/** `x · sigmoid(beta · x)`. */
export function swish<Value extends Shaped>(
  ops: ArrayOps<Value>,
  x: Value,
  { beta }: Attributes["swish"],
): Value {
  return ops.multiply(x, ops.unary("Sigmoid", ops.scale(x, beta)));
}

/** `(scale · x + shift) ^ power`. */
export function power<Value extends Shaped>(
  ops: ArrayOps<Value>,
  x: Value,
  { power, scale, shift }: Attributes["power"],
): Value {
  if (power === 1 && scale === 1 && shift === 0) return ops.unary("Identity", x);
  const base = line(ops, x, scale, shift);
  if (power === 1) return base;
  if (power === 2) return ops.square(base);
  if (power === 0.5) return ops.unary("Sqrt", base);
  return ops.raise(base, power);
}

/** `base ^ (scale · x + shift)`; a base of −1 means e. */
export function exp<Value extends Shaped>(
  ops: ArrayOps<Value>,
  x: Value,
  { base, scale, shift }: Attributes["exp"],
): Value {
  const factor = base === -1 ? 1 : Math.log(base);
  return ops.unary("Exp", line(ops, x, factor * scale, factor * shift));
}

/** The logarithm of `scale · x + shift` to a base; −1 means e. */
export function log<Value extends Shaped>(
  ops: ArrayOps<Value>,
  x: Value,
  { base, scale, shift }: Attributes["log"],
): Value {
  const logarithm = ops.unary("Log", line(ops, x, scale, shift));
  return base === -1 ? logarithm : ops.scale(logarithm, 1 / Math.log(base));
}

/** `scale · x + shift`. */
function line<Value extends Shaped>(
  ops: ArrayOps<Value>,
  x: Value,
  scale: number,
  shift: number,
): Value {
  const scaled = ops.scale(x, scale);
  return shift === 0 ? scaled : ops.add(scaled, ops.number(shift));
}

/**
 * Standardizes groups of elements.
 *
 * @param channel The axis of channels; none if there is one axis only.
 */
export function standardize<Value extends Shaped>(
  ops: ArrayOps<Value>,
  x: Value,
  channel: number | undefined,
  { over, divide, eps, epsUnderRoot }: Attributes["standardize"],
): Value {
  const all = [...x.shape.keys()];
  const axes = {
    plane: all.filter((axis) => axis !== 0 && axis !== channel),
    sample: all.slice(1),
    channel: all.filter((axis) => axis !== channel),
  }[over];
  // Nothing is averaged where every group is one element.
  const mean = (of: Value) => axes.length === 0 ? of : ops.mean(of, axes);
  const centred = ops.subtract(x, mean(x));
  if (!divide) return centred;
  const variance = mean(ops.square(centred));
  const deviation = epsUnderRoot
    ? ops.unary("Sqrt", ops.add(variance, ops.number(eps)))
    : ops.add(ops.unary("Sqrt", variance), ops.number(eps));
  return ops.divide(centred, deviation);
}

/**
 * Trades height and width for channels, or the reverse, as a permutation of the axes that
 * `runtime/ops/reorg.ts` shows.
 *
 * @param x `[N, C, H, W]`
 */
export function reorg<Value extends Shaped>(
  ops: ArrayOps<Value>,
  x: Value,
  { stride, reverse }: Attributes["reorg"],
  shape: Shape,
): Value {
  const [batch, channels, height, width] = x.shape as Shape4;
  const fewer = channels / stride ** 2;
  const dealt = [batch, stride, stride, fewer, height, width];
  const whole = [batch, fewer, height, stride, width, stride];
  const turned = reverse
    ? ops.transpose(ops.reshape(x, dealt), [0, 3, 4, 1, 5, 2])
    : ops.transpose(ops.reshape(x, whole), [0, 3, 5, 1, 2, 4]);
  return ops.reshape(turned, shape);
}

/**
 * A recurrent layer, unrolled: the number of steps must be known.
 *
 * @param gates The gates' input contributions, `[T, N, width]`.
 * @param cont `[T, N]`, 0 where a sequence starts.
 * @param first The initial states, `[1, N, units]`: the hidden one, and the cell of an LSTM.
 * @param weights The recurrent weights, `[width, units]`.
 * @returns The outputs of all steps, then the last cell of an LSTM: `[T or T + 1, N, units]`.
 */
export function recurrent<Value extends Shaped>(
  ops: ArrayOps<Value>,
  { kind }: Attributes["recurrent"],
  gates: Value,
  cont: Value,
  first: readonly Value[],
  weights: Value,
): Value {
  const [width, units] = weights.shape as [number, number];
  const [steps, batch] = [fixed(cont.shape[0]!), cont.shape[1]!];
  let [hidden, cell] = first.map((state) => ops.reshape(state, [batch, units])) as [Value, Value?];
  const step = (state: Value) => ops.reshape(state, [1, batch, units]);
  const states: Value[] = [];
  for (let t = 0; t < steps; t++) {
    const continues = ops.reshape(ops.sliceAxis(cont, 0, t, 1), [batch, 1]);
    const inputs = ops.reshape(ops.sliceAxis(gates, 0, t, 1), [batch, width]);
    const sums = ops.add(inputs, ops.multiply(continues, ops.timesTransposed(hidden, weights)));
    if (kind === "tanh") {
      hidden = ops.unary("Tanh", sums);
    } else {
      const gate = (k: number) => ops.sliceAxis(sums, 1, k * units, units);
      const [input, forget, output] = [0, 1, 2].map((k) => ops.unary("Sigmoid", gate(k)));
      cell = ops.add(
        ops.multiply(ops.multiply(continues, forget!), cell!),
        ops.multiply(input!, ops.unary("Tanh", gate(3))),
      );
      hidden = ops.multiply(output!, ops.unary("Tanh", cell));
    }
    states.push(step(hidden));
  }
  return ops.concat(cell === undefined ? states : [...states, step(cell)], 0);
}

/**
 * The best label of each step, without blanks and repetitions, padded with −1. A label's index in the
 * output is the number of labels kept before it; each output is a sum over the steps, in which only
 * the label with its index is not zero.
 *
 * @param scores `[T, N, classes]`
 */
export function ctcGreedy<Value extends Shaped>(
  ops: ArrayOps<Value>,
  attributes: Attributes["ctcGreedy"],
  scores: Value,
  shape: Shape,
): Value {
  const [steps, sequences, classes] = scores.shape as [number, number, number];
  const length = fixed(steps);
  const blank = attributes.blank < 0 ? attributes.blank + classes : attributes.blank;
  const best = ops.firstLargest(scores);
  const differs = (from: Value) => ops.compare("NotEqual", best, from);
  let isLabel = differs(ops.number(blank));
  if (attributes.merge && length > 1) {
    const none = ops.subtract(ops.scale(ops.sliceAxis(best, 0, 0, 1), 0), ops.number(1));
    const before = ops.concat([none, ops.sliceAxis(best, 0, 0, length - 1)], 0);
    isLabel = ops.and(isLabel, differs(before));
  }
  const kept = ops.toFloats(isLabel);
  const indices = ops.subtract(ops.cumulate(kept), ops.number(1));
  const column = (x: Value) => ops.reshape(x, [length, sequences, 1]);
  const outputs = Float32Array.from({ length }, (_, t) => t);
  const mask = ops.toFloats(
    ops.compare("Equal", column(indices), ops.floats([1, 1, length], outputs)),
  );
  const labels = ops.multiply(kept, ops.add(best, ops.number(1)));
  const sums = ops.sum(ops.multiply(mask, column(labels)), [0]);
  return ops.reshape(ops.subtract(sums, ops.number(1)), shape);
}

/**
 * Samples images bilinearly.
 *
 * @param pixels `[N, H·W, C]`
 * @param x The columns of the sample positions, `[N, positions]`.
 * @param y Their rows.
 * @param outside The value outside the image.
 * @returns `[N, positions, C]`
 */
export function bilinear<Value extends Shaped>(
  ops: ArrayOps<Value>,
  pixels: Value,
  [height, width]: readonly [number, number],
  x: Value,
  y: Value,
  outside: number,
): Value {
  const within = (at: Value, extent: number) =>
    ops.and(ops.compare("NotLess", at, ops.number(0)), ops.compare("Less", at, ops.number(extent)));
  const isInside = ops.and(within(x, width), within(y, height));
  // Positions outside read the first pixel, which is then replaced.
  const safe = (at: Value) => ops.select(isInside, at, ops.number(0));
  const [safeX, safeY] = [safe(x), safe(y)];
  const [left, top] = [ops.unary("Floor", safeX), ops.unary("Floor", safeY)];
  const next = (at: Value, extent: number) =>
    ops.smaller(ops.add(at, ops.number(1)), ops.number(extent - 1));
  const [right, bottom] = [next(left, width), next(top, height)];
  const at = (row: Value, column: Value) =>
    ops.gatherEach(pixels, ops.toIntegers(ops.add(ops.scale(row, width), column)));
  const shape = [...x.shape, 1];
  const difference = (a: Value, b: Value) => ops.reshape(ops.subtract(a, b), shape);
  const [dx, dy] = [difference(safeX, left), difference(safeY, top)];
  const interpolate = (a: Value, b: Value, weight: Value) =>
    ops.add(ops.multiply(ops.subtract(ops.number(1), weight), a), ops.multiply(weight, b));
  const samples = interpolate(
    interpolate(at(top, left), at(top, right), dx),
    interpolate(at(bottom, left), at(bottom, right), dx),
    dy,
  );
  return ops.select(ops.reshape(isInside, shape), samples, ops.number(outside));
}
