/**
 * Fillers: the initial values of learned blobs.
 *
 * A network converted without the weights of a layer keeps them, as in Caffe: upsampling layers often
 * have only a bilinear filler.
 *
 * @module
 */
import { count, type Shape, showShape } from "../../runtime/tensor.ts";
import type { Filler } from "./layer.ts";

/** The maximum number of values, which fits in the largest buffer of a GPU, 2 GiB. */
const mostValues = 2 ** 29 - 1;

/** The filler of a blob for which the file has none. */
export function constant(value: number): Filler {
  return { type: "constant", value };
}

/** Whether a filler is random. */
export function isRandom({ type }: Filler): boolean {
  return [
    "uniform",
    "gaussian",
    "positive_unitball",
    // Of happynear's fork.
    "gaussian_unitball",
    "xavier",
    "msra",
  ].includes(type);
}

/**
 * Refuses a blob that is too large to run.
 *
 * @throws {TypeError} with its shape.
 */
export function refuseHuge(shape: Shape): void {
  if (shape.some((extent) => extent < 0) || count(shape) > mostValues) {
    throw new TypeError(`a blob of ${showShape(shape)} is too large`);
  }
}

/**
 * The values of a filler.
 *
 * @throws {TypeError} if they are random or too many, or the filler is not supported.
 */
export function fill(
  { type, value, parts, diagonal, diag_val }: Filler,
  shape: Shape,
): Float32Array {
  refuseHuge(shape);
  if (diagonal !== undefined) return matrix(diagonal);
  if (parts !== undefined) return inParts(parts, count(shape));
  const fillers = {
    constant: () => new Float32Array(count(shape)).fill(value),
    bilinear: () => bilinear(shape),
    diagonal: () => diagonalKernels(shape, diag_val ?? []),
  };
  if (Object.hasOwn(fillers, type)) return fillers[type as keyof typeof fillers]();
  throw new TypeError(
    `its values come from the filler ${JSON.stringify(type)}, but only "constant", "bilinear" ` +
      'and "diagonal" give the same values each time; write one of them, or make the blob an input',
  );
}

/** Numbers of which equal parts have one value each. */
function inParts(values: readonly number[], size: number): Float32Array {
  return Float32Array.from(
    { length: size },
    (_, i) => values[Math.floor(i * values.length / size)]!,
  );
}

/** A square diagonal matrix. */
function matrix(diagonal: readonly number[]): Float32Array {
  const values = new Float32Array(diagonal.length ** 2);
  diagonal.forEach((value, i) => values[i * (diagonal.length + 1)] = value);
  return values;
}

/**
 * FlowNet's kernels that map each channel to itself: the mean of a window times the channel's factor,
 * by default 1.
 */
function diagonalKernels(shape: Shape, factors: ArrayLike<number>): Float32Array {
  const [outputs = 1, inputs = 1, ...kernel] = shape;
  if (shape.length > 4) {
    throw new TypeError(
      `a diagonal filler supports at most 4 axes, but its blob is ${showShape(shape)}`,
    );
  }
  const values = new Float32Array(count(shape)), area = count(kernel);
  for (let c = 0; c < Math.min(outputs, inputs); c++) {
    const start = (c * inputs + c) * area;
    values.fill((c < factors.length ? factors[c]! : 1) / area, start, start + area);
  }
  return values;
}

/** Kernels for bilinear upsampling: triangles along both axes. */
function bilinear(shape: Shape): Float32Array {
  const [, , height, width] = shape;
  if (shape.length !== 4 || height !== width) {
    throw new TypeError(
      `a bilinear filler needs square kernels [O, I, K, K], but its blob is ${showShape(shape)}`,
    );
  }
  const size = width!;
  const factor = Math.ceil(size / 2);
  const centre = (size - 1) / (2 * factor);
  const tent = (k: number) => 1 - Math.abs(k / factor - centre);
  return Float32Array.from(
    { length: count(shape) },
    (_, i) => tent(i % size) * tent(Math.floor(i / size) % size),
  );
}
