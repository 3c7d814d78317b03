/**
 * How far rounding moves weights.
 *
 * @module
 */
import { fromHalf } from "../../runtime/half.ts";
import type { Tensor } from "../../runtime/tensor.ts";

/** What rounding has done to the weights of one constant. */
export interface RoundingError {
  /** The constant. */
  readonly name: string;
  /** How many weights it has. */
  readonly count: number;
  /** The root of the mean of the squared differences, as a part of that of the weights. */
  readonly relative: number;
}

/**
 * The error of rounded weights.
 *
 * @param rounded What they have become: the bits of halves, or whole numbers before they are
 * multiplied with the scale of their row.
 */
export function errorOf(
  name: string,
  { shape, data }: Tensor,
  rounded: Uint16Array | Int8Array,
  scales?: Float32Array,
): RoundingError {
  const rows = scales?.length ?? (shape.length > 1 ? shape[0]! : 1), length = data.length / rows;
  let squares = 0, differences = 0;
  for (let row = 0; row < rows; row++) {
    const scale = scales?.[row] ?? 1, start = row * length;
    const part = rounded.subarray(start, start + length);
    const values = part instanceof Uint16Array ? fromHalf(part) : part;
    for (let i = 0; i < length; i++) {
      const exact = data[start + i]!;
      squares += exact * exact;
      differences += (values[i]! * scale - exact) ** 2;
    }
  }
  return {
    name,
    count: data.length,
    relative: differences === 0 ? 0 : Math.sqrt(differences / squares),
  };
}
