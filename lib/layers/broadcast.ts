/**
 * Broadcasts two values of different shapes as NumPy and TensorFlow do: axes are aligned from the
 * last, and values with an extent of 1, or without an axis, are repeated along it.
 *
 * @module
 */
import type { GraphBuilder, Value } from "../../runtime/graph.ts";
import type { Options } from "../../runtime/ops/mod.ts";
import { sameShape, type Shape, showShape } from "../../runtime/tensor.ts";
import { fixed } from "./fixed.ts";
import { apply } from "./layer.ts";

/** The result of `eltwise` for two values, which are broadcast to a common shape. */
export function broadcast(
  graph: GraphBuilder,
  name: string,
  values: readonly [Value, Value],
  options: Options["eltwise"],
): Value {
  const shape = commonShape(values[0].shape, values[1].shape);
  return alongRun(graph, name, values, shape, options) ??
    apply(
      graph,
      "eltwise",
      name,
      values.map((value, i) => broadcastTo(graph, `${name}/operand${i}`, value, shape)),
      options,
    );
}

/** A value broadcast to a shape. */
export function broadcastTo(graph: GraphBuilder, name: string, value: Value, shape: Shape): Value {
  const before = new Array<number>(shape.length - value.shape.length).fill(1);
  const whole = before.length === 0 ? value : apply(graph, "reshape", `${name}/axes`, [value], {
    shape: before,
    numAxes: 0,
  });
  return shape.reduce(
    (value, tiles, axis) => {
      if (value.shape[axis] === tiles) return value;
      const one = axis < before.length ? value : fixed(graph, name, value, axis, axis + 1);
      return apply(graph, "tile", `${name}/axis${axis}`, [one], { axis, tiles });
    },
    whole,
  );
}

/** The common shape of two broadcast values. */
export function commonShape(a: Shape, b: Shape): Shape {
  const axes = Math.max(a.length, b.length);
  return Array.from({ length: axes }, (_, axis) => {
    const [one, other] = [a, b].map((shape) => shape[axis - axes + shape.length] ?? 1);
    if (one !== other && one !== 1 && other !== 1) {
      throw new TypeError(
        `its operands are ${showShape(a)} and ${showShape(b)}, but each axis, counted from the ` +
          "last, must have one extent in both, or 1 in one of them",
      );
    }
    return one === 1 ? other! : one!;
  });
}

/**
 * A sum or product by `affine`, if the extents other than 1 of one value are a run of axes of the
 * other. Without `tile`, the network supports any extents of the other axes.
 */
function alongRun(
  graph: GraphBuilder,
  name: string,
  values: readonly [Value, Value],
  shape: Shape,
  { operation = "sum", coefficients = [] }: Options["eltwise"],
): Value | undefined {
  const large = values.findIndex((value) => sameShape(value.shape, shape));
  const [value, other] = [values[large], values[1 - large]];
  if (operation === "max" || value === undefined || sameShape(other!.shape, shape)) {
    return undefined;
  }
  const { shape: part } = other!;
  const start = part.findIndex((extent) => extent !== 1);
  const end = part.findLastIndex((extent) => extent !== 1) + 1;
  const axis = shape.length - part.length + start;
  const run = start === -1 ? [] : part.slice(start, end);
  if (run.some((extent, i) => extent !== shape[axis + i])) return undefined;
  const scaled = (role: string, value: Value, coefficient = 1) =>
    coefficient === 1
      ? value
      : apply(graph, "power", `${name}/${role}`, [value], { scale: coefficient });
  const squeezed = (role: string, value: Value, axis: number, numAxes: number) =>
    numAxes === 0
      ? value
      : apply(graph, "reshape", `${name}/${role}`, [value], { shape: [], axis, numAxes });
  const term = start === -1 ? squeezed("number", other!, 0, part.length) : squeezed(
    "run",
    squeezed("run and before", other!, end, part.length - end),
    0,
    start,
  );
  return apply(graph, "affine", name, [
    scaled("value", value, coefficients[large]),
    scaled("term", term, coefficients[1 - large]),
  ], { axis: Math.max(axis, 0), terms: operation === "sum" ? "offset" : "scale" });
}
