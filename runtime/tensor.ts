/**
 * Shapes and tensors.
 *
 * @module
 */

/** The extent of each axis, outermost first: `[N, C, H, W]` for images. */
export type Shape = readonly number[];

/** A shape with four axes: `[N, C, H, W]` of images, `[O, I, kH, kW]` of their weights. */
export type Shape4 = readonly [number, number, number, number];

/** Dense row-major float32 values of a shape. */
export interface Tensor {
  /** The extent of each axis. A tensor of shape `[]` holds one number. */
  readonly shape: Shape;
  /** As many values as the shape has, in row-major order. */
  readonly data: Float32Array;
}

/** What a run returns: a tensor in memory that no thread shares. */
export interface Output extends Tensor {
  /** As many values as the shape has, in row-major order. */
  readonly data: Float32Array<ArrayBuffer>;
}

/** A placeholder for the shape of a state, until it is known what this run leaves. */
export const unknownShape: Shape = [0];

/** The number of elements in a shape. */
export function count(shape: Shape): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** The size in bytes of a float32 tensor. */
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
 * Resolves an axis, where a negative one counts from the end.
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

/** Resolves a position, where a negative one counts from the end. */
export function fromEnd(position: number, extent: number): number {
  return position < 0 ? extent + position : position;
}

/**
 * Checks the shape of a learned tensor.
 *
 * @throws {TypeError} if the shapes differ.
 */
export function expectShape(name: string, actual: Shape, needed: Shape): void {
  if (!sameShape(actual, needed)) {
    throw new TypeError(`its ${name} are ${showShape(actual)}, but it needs ${showShape(needed)}`);
  }
}

/**
 * Checks that there is one bias per output channel.
 *
 * @throws {TypeError} if there are more or fewer.
 */
export function expectBiases(actual: Shape, outputs: number): void {
  if (count(actual) !== outputs) expectShape("biases", actual, [outputs]);
}

/** The error about inputs that do not go together: what they must be, after "they must". */
export function misfit(inputs: readonly Shape[], needed: string): TypeError {
  return new TypeError(
    `its inputs are ${inputs.map(showShape).join(" and ")}, but they must ${needed}`,
  );
}

/**
 * Checks that an input is an image.
 *
 * @throws {TypeError} if it has not four axes.
 */
export function expectImage(input: Shape): void {
  if (input.length !== 4) {
    throw new TypeError(`its input is ${showShape(input)}, not an image [N, C, H, W]`);
  }
}

/**
 * Checks that channels divide into equal groups.
 *
 * @throws {TypeError} if they do not.
 */
export function expectGroups(inputs: number, outputs: number, group: number): void {
  if (inputs % group === 0 && outputs % group === 0) return;
  throw new TypeError(
    `its ${inputs} input and ${outputs} output channels do not divide into ${group} groups`,
  );
}
