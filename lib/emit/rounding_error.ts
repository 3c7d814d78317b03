/**
 * How far rounding moves weights.
 *
 * @module
 */

/** The rounding error of one constant. */
export interface RoundingError {
  /** The constant. */
  readonly name: string;
  /** How many weights it has. */
  readonly count: number;
  /** The root mean square of the differences, relative to that of the weights. */
  readonly relative: number;
}
