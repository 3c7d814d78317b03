/**
 * The error of rounded weights.
 *
 * @module
 */

/** The rounding error of one constant. */
export interface RoundingError {
  /** The name of the constant. */
  readonly name: string;
  /** The number of its weights. */
  readonly count: number;
  /** The root mean square of the differences, relative to that of the weights. */
  readonly relative: number;
}
