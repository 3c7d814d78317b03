/**
 * int8 weights with one scale per row: integers from −127 to 127, in units of 1/127 of the largest
 * magnitude of their output channel.
 *
 * Weights that are already quantized this way, as in an int8 bundle, give the same integers.
 *
 * @module
 */

/** The largest magnitude of each of `rows` equally long rows. */
export function largestOf(data: Float32Array, rows: number): Float32Array {
  const largest = new Float32Array(rows), length = data.length / rows;
  for (let row = 0, i = 0; row < rows; row++) {
    let most = 0;
    for (const end = i + length; i < end; i++) most = Math.max(most, Math.abs(data[i]!));
    largest[row] = most;
  }
  return largest;
}

/** Rounds each number to a 127th of the largest magnitude in its row. */
export function toInt8(data: Float32Array, rows: number): Int8Array {
  const largest = largestOf(data, rows), length = data.length / rows;
  const numbers = new Int8Array(data.length);
  for (let row = 0, i = 0; row < rows; row++) {
    const step = 127 / largest[row]!;
    for (const end = i + length; i < end; i++) numbers[i] = Math.round(data[i]! * step);
  }
  return numbers;
}
