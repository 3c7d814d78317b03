/**
 * The geometry of a diagram.
 *
 * @module
 */

/** An extent, in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A rectangle, in pixels. */
export interface Box extends Size {
  readonly x: number;
  readonly y: number;
}

/** What an arrow joins: the index of a box, and the index of a later one. */
export type Link = readonly [from: number, to: number];

/** A point, in pixels. */
export type Point = readonly [x: number, y: number];

/** The positions of all boxes and arrows. */
export interface Layout extends Size {
  readonly boxes: readonly Box[];
  /** The polyline of each link. */
  readonly lines: readonly (readonly Point[])[];
}
