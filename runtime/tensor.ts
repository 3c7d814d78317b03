/**
 * Shapes, and the numbers that fill them.
 *
 * @module
 */

/** The extent of each axis, outermost first: `[N, C, H, W]` for images. */
export type Shape = readonly number[];

/** Dense row-major float32 values of a shape. */
export interface Tensor {
  /** The extent of each axis. A tensor of shape `[]` holds one number. */
  readonly shape: Shape;
  /** As many values as the shape says, the last axis running fastest. */
  readonly data: Float32Array;
}

/** What a run gives: a tensor whose memory no thread shares. */
export interface Output extends Tensor {
  /** As many values as the shape says, the last axis running fastest. */
  readonly data: Float32Array<ArrayBuffer>;
}

/**
 * Stands for the shape of what a run gets from the run before it, until it is known what this one
 * leaves.
 */
export const unknownShape: Shape = [0];

/** The number of elements in a shape. */
export function count(shape: Shape): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** The bytes of the elements of a shape. */
export function bytesOf(shape: Shape): number {
  return count(shape) * Float32Array.BYTES_PER_ELEMENT;
}

/** A shape as messages show it: `[1, 3, 224, 224]`. */
export function showShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/** Whether two shapes have the same extents in the same order. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}

/**
 * The position of an axis counted from the front, where a negative one counts from the end.
 *
 * @throws {TypeError} if there is no such axis.
 */
export function axisOf(axis: number, rank: number): number {
  const position = fromEnd(axis, rank);
  if (position < 0 || position >= rank) {
    throw new TypeError(`there is no axis ${axis} in a tensor of ${rank} axes`);
  }
  return position;
}

/** A position from the front, where a negative one counts from the end. */
export function fromEnd(position: number, extent: number): number {
  return position < 0 ? extent + position : position;
}

/**
 * Refuses a learned tensor of another shape than the settings of its op call for.
 *
 * @throws {TypeError} if the shapes differ.
 */
export function expectShape(name: string, actual: Shape, needed: Shape): void {
  if (!sameShape(actual, needed)) {
    throw new TypeError(`its ${name} are ${showShape(actual)}, but it needs ${showShape(needed)}`);
  }
}

/**
 * Refuses biases that are not one a channel of the output.
 *
 * @throws {TypeError} if they are more or fewer.
 */
export function expectBiases(actual: Shape, outputs: number): void {
  if (count(actual) !== outputs) expectShape("biases", actual, [outputs]);
}

/**
 * Refuses what is no image.
 *
 * @throws {TypeError} if there are not four axes.
 */
export function expectImage(input: Shape): void {
  if (input.length !== 4) {
    throw new TypeError(`its input is ${showShape(input)}, not an image [N, C, H, W]`);
  }
}

/**
 * Refuses channels that cannot be split into equal groups.
 *
 * @throws {TypeError} if something would be left over.
 */
export function expectGroups(inputs: number, outputs: number, group: number): void {
  if (inputs % group === 0 && outputs % group === 0) return;
  throw new TypeError(
    `its ${inputs} input and ${outputs} output channels do not divide into ${group} groups`,
  );
}
