/**
 * Where things stand in a drawing.
 *
 * @module
 */

/** A rectangle, in pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A place, in pixels. */
export type Point = readonly [x: number, y: number];

/** Where everything stands. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  /** One a size that was given. */
  readonly boxes: readonly Box[];
  /** One a pair that was given. */
  readonly lines: readonly (readonly Point[])[];
}
