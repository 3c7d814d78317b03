/**
 * Combines two values of different shapes as NumPy and TensorFlow do: axes are counted from the last,
 * and where one value has an extent of 1, or no axis, what it has serves all positions of the other.
 *
 * @module
 */
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import type { Options } from "../../../runtime/ops/mod.ts";
import { sameShape, type Shape, showShape } from "../../../runtime/tensor.ts";
import { apply } from "../layer.ts";

/** The result of `eltwise` for two values, of which either may be repeated along some axes. */
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
      values.map((value, i) => repeated(graph, `${name}/operand${i}`, value, shape)),
      options,
    );
}

/** A value of some shape, which others are broadcast to. */
export function repeated(graph: GraphBuilder, name: string, value: Value, shape: Shape): Value {
  const before = new Array<number>(shape.length - value.shape.length).fill(1);
  const whole = before.length === 0 ? value : apply(graph, "reshape", `${name}/axes`, [value], {
    shape: before,
    numAxes: 0,
  });
  return shape.reduce(
    (value, tiles, axis) =>
      value.shape[axis] === tiles
        ? value
        : apply(graph, "tile", `${name}/axis${axis}`, [value], { axis, tiles }),
    whole,
  );
}

/** The shape that two are broadcast to. */
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
 * A sum or a product with a value that has a run of the other's axes and is of 1 elsewhere: what is not
 * repeated serves any extents.
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
  const taken = (role: string, value: Value, axis: number, numAxes: number) =>
    numAxes === 0
      ? value
      : apply(graph, "reshape", `${name}/${role}`, [value], { shape: [], axis, numAxes });
  const tail = start === -1 ? taken("number", other!, 0, part.length) : taken(
    "run",
    taken("run and before", other!, end, part.length - end),
    0,
    start,
  );
  return apply(graph, "affine", name, [
    scaled("value", value, coefficients[large]),
    scaled("term", tail, coefficients[1 - large]),
  ], { axis: Math.max(axis, 0), terms: operation === "sum" ? "offset" : "scale" });
}
