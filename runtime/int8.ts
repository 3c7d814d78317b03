/**
 * Weights in eight bits: the weights of an output are whole numbers from −127 to 127, which stand for
 * parts of the largest of them.
 *
 * Weights that were rounded so before, as those of a bundle in int8, come back as the same numbers.
 *
 * @module
 */

/** The largest magnitude in each of some equally long rows. */
export function largestOf(data: Float32Array, rows: number): Float32Array {
  const largest = new Float32Array(rows), length = data.length / rows;
  for (let row = 0, i = 0; row < rows; row++) {
    let most = 0;
    for (const end = i + length; i < end; i++) most = Math.max(most, Math.abs(data[i]!));
    largest[row] = most;
  }
  return largest;
}

/** Each number as the nearest 127th of the largest in its row. */
export function toInt8(data: Float32Array, rows: number): Int8Array {
  const largest = largestOf(data, rows), length = data.length / rows;
  const numbers = new Int8Array(data.length);
  for (let row = 0, i = 0; row < rows; row++) {
    const step = 127 / largest[row]!;
    for (const end = i + length; i < end; i++) numbers[i] = Math.round(data[i]! * step);
  }
  return numbers;
}
