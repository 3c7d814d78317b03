/**
 * The geometry of a diagram.
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

/** A point, in pixels. */
export type Point = readonly [x: number, y: number];

/** The positions of all boxes and arrows. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  /** The polyline of each arrow. */
  readonly lines: readonly (readonly Point[])[];
}
