/**
 * How far rounding moves weights.
 *
 * @module
 */

/** What rounding has done to the weights of one constant. */
export interface RoundingError {
  /** The constant. */
  readonly name: string;
  /** How many weights it has. */
  readonly count: number;
  /** The root of the mean of the squared differences, as a part of that of the weights. */
  readonly relative: number;
}
