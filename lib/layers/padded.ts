/**
 * Padding with a constant, by repeating the border, or by reflection. Negative padding crops.
 *
 * @module
 */
import type { GraphBuilder, Value } from "../../runtime/graph.ts";
import { apply } from "./layer.ts";
import { zeroBorder } from "./zero_border.ts";

/** The padding at the start and at the end of an axis. */
export type Sides = readonly [before: number, after: number];

/** The padding of images. */
export type RowsAndColumns = readonly [rows: Sides, columns: Sides];

/** The values of the padding. */
export interface Filling {
  /** SYMMETRIC is REFLECT that repeats the last pixel. */
  readonly pad_type: "CONSTANT" | "REPLICATE" | "REFLECT" | "SYMMETRIC";
  readonly pad_value: number;
}

export const zeros: Filling = { pad_type: "CONSTANT", pad_value: 0 };

/** The sides of axes from two numbers for each. */
export function sidesFrom(numbers: readonly number[]): readonly Sides[] {
  return Array.from(
    { length: numbers.length / 2 },
    (_, i) => [numbers[2 * i]!, numbers[2 * i + 1]!],
  );
}

/** A value with more, or less, on the sides of each axis. */
export function withSides(
  graph: GraphBuilder,
  name: string,
  value: Value,
  sides: readonly Sides[],
  filling: Filling,
): Value {
  const changed = sides.map((_, axis) => axis)
    .filter((axis) => sides[axis]!.some((extent) => extent !== 0));
  return changed.reduce((value, axis, i) => {
    const isLast = i === changed.length - 1;
    const node = isLast ? name : `${name}/axis${axis}`;
    return extended(graph, node, value, axis, sides[axis]!, filling);
  }, value);
}

/** A value padded, or cropped, on the sides of its last two axes. */
export function padded(
  graph: GraphBuilder,
  name: string,
  value: Value,
  sides: RowsAndColumns,
  filling: Filling,
): Value {
  const rank = value.shape.length;
  if (rank < 2 || rank > 4) {
    throw new TypeError(`its bottom has ${rank} axes, but must have 2 to 4`);
  }
  const isZero = filling.pad_type === "CONSTANT" && filling.pad_value === 0;
  if (isZero && rank === 4 && Math.min(...sides.flat()) >= 0) {
    return framed(graph, name, value, sides);
  }
  const [rows, columns] = sides;
  const wide = extended(graph, `${name}/columns`, value, rank - 1, columns, filling);
  return extended(graph, name, wide, rank - 2, rows, filling);
}

/** An image padded with zeros: symmetrically first, then cropped to the requested sides. */
function framed(
  graph: GraphBuilder,
  name: string,
  image: Value,
  [rows, columns]: RowsAndColumns,
): Value {
  const most = [Math.max(...rows), Math.max(...columns)] as const;
  const all = zeroBorder(graph, name, image, most);
  // An end of 0 is the end of the axis.
  const high = apply(graph, "slice", `${name}/rows`, [all], {
    axis: 2,
    start: most[0] - rows[0],
    end: rows[1] - most[0],
  });
  const range = { axis: 3, start: most[1] - columns[0], end: columns[1] - most[1] };
  return apply(graph, "slice", name, [high], range);
}

/** A value padded, or cropped, at both ends of an axis. */
function extended(
  graph: GraphBuilder,
  name: string,
  value: Value,
  axis: number,
  [before, after]: Sides,
  { pad_type, pad_value }: Filling,
): Value {
  const inside = { axis, start: Math.max(-before, 0), end: Math.min(after, 0) };
  const isCut = inside.start !== 0 || inside.end !== 0;
  const isLonger = before > 0 || after > 0;
  if (!isLonger) return isCut ? apply(graph, "slice", name, [value], inside) : value;
  const cut = isCut ? apply(graph, "slice", `${name}/cut`, [value], inside) : value;
  const side = (role: string, count: number, isFirst: boolean) => {
    if (count <= 0) return [];
    const slice = (start: number, end: number) =>
      apply(graph, "slice", `${name}/${role}/inside`, [cut], { axis, start, end });
    if (pad_type === "REFLECT" || pad_type === "SYMMETRIC") {
      const skipped = pad_type === "REFLECT" ? 1 : 0;
      const reflected = isFirst
        ? slice(skipped, count + skipped)
        : slice(-count - skipped, 0 - skipped);
      return [apply(graph, "reverse", `${name}/${role}`, [reflected], { axis })];
    }
    const edge = isFirst ? slice(0, 1) : slice(-1, 0);
    const line = pad_type === "REPLICATE"
      ? edge
      : apply(graph, "power", `${name}/${role}/value`, [edge], { scale: 0, shift: pad_value });
    return [apply(graph, "tile", `${name}/${role}`, [line], { axis, tiles: count })];
  };
  const parts = [...side("before", before, true), cut, ...side("after", after, false)];
  return apply(graph, "concat", name, parts, { axis });
}
