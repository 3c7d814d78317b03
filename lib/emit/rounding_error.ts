/**
 * How far rounding moves weights.
 *
 * @module
 */
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
 * @param rounded What they have become, before it is multiplied with the scale of its row.
 */
export function errorOf(
  name: string,
  { shape, data }: Tensor,
  rounded: ArrayLike<number>,
  scales?: Float32Array,
): RoundingError {
  const length = data.length / (scales?.length ?? shape[0] ?? 1);
  let squares = 0, differences = 0;
  for (let start = 0, row = 0; start < data.length; start += length, row++) {
    const scale = scales?.[row] ?? 1;
    for (let i = start; i < start + length; i++) {
      squares += data[i]! ** 2;
      differences += (rounded[i]! * scale - data[i]!) ** 2;
    }
  }
  return {
    name,
    count: data.length,
    relative: differences === 0 ? 0 : Math.sqrt(differences / squares),
  };
}
