/**
 * High-dimensional Gaussian filtering on a permutohedral lattice, in time linear in the points:
 * values are splatted to the corners of the simplices that contain the points, blurred along the
 * lattice's axes, and sliced back.
 *
 * @see https://graphics.stanford.edu/papers/permutohedral/ Fast High-Dimensional Filtering Using
 * the Permutohedral Lattice
 *
 * @module
 */

/** Filters `each` values of every point. Results are too large by a constant factor. */
export type Smooth = (values: Float32Array, each: number) => Float32Array;

/**
 * Builds the lattice around points.
 *
 * @param features The `d` coordinates of each point, in standard deviations.
 */
export function latticeOf(features: Float32Array, d: number): Smooth {
  const size = d + 1;
  const table = cornerTable(d, size * features.length / d);
  const [corners, weights] = simplicesOf(features, d, table);
  const neighbours = neighboursOf(d, table);
  const count = table.keys.length / d + 1;
  return (values, each) => {
    let now = new Float32Array(count * each), next = now.slice();
    for (let i = 0; i < corners.length; i++) {
      const at = corners[i]! * each, p = Math.floor(i / size) * each, weight = weights[i]!;
      for (let k = 0; k < each; k++) now[at + k]! += weight * values[p + k]!;
    }
    for (const [before, after] of neighbours) {
      for (let corner = 1; corner < count; corner++) {
        const at = corner * each, a = before![corner]! * each, b = after![corner]! * each;
        for (let k = 0; k < each; k++) {
          next[at + k] = now[at + k]! + (now[a + k]! + now[b + k]!) / 2;
        }
      }
      [now, next] = [next, now];
    }
    const smooth = new Float32Array(values.length);
    for (let i = 0; i < corners.length; i++) {
      const at = corners[i]! * each, p = Math.floor(i / size) * each, weight = weights[i]!;
      for (let k = 0; k < each; k++) smooth[p + k]! += weight * now[at + k]!;
    }
    return smooth;
  };
}

/** The corners of the lattice, numbered from 1. */
interface CornerTable {
  /** The keys of all corners, one after the other. */
  readonly keys: readonly number[];
  /** The number of a corner; 0 if it is not there. */
  find(key: Int32Array): number;
  /** The number of a corner, which is added if it is not there. */
  add(key: Int32Array): number;
}

/**
 * A hash table with linear probing. A corner's key is its coordinates but the last, as they sum to 0.
 *
 * @param most The most corners.
 */
function cornerTable(d: number, most: number): CornerTable {
  const keys: number[] = [];
  const slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * most)));
  /** Where a corner is or, if it is not there, belongs. */
  const slotOf = (key: Int32Array): number => {
    let hash = 0;
    // Multiplies by 2³² divided by the golden ratio, which spreads neighbours.
    for (let i = 0; i < d; i++) hash = Math.imul(hash ^ key[i]!, 0x9e3779b1);
    hash ^= hash >>> 15;
    for (;; hash++) {
      const slot = hash & (slots.length - 1), corner = slots[slot]!;
      if (corner === 0) return slot;
      let i = 0;
      while (i < d && keys[(corner - 1) * d + i] === key[i]) i++;
      if (i === d) return slot;
    }
  };
  return {
    keys,
    find: (key) => slots[slotOf(key)]!,
    add(key) {
      const slot = slotOf(key);
      if (slots[slot] === 0) {
        for (const coordinate of key) keys.push(coordinate);
        slots[slot] = keys.length / d;
      }
      return slots[slot]!;
    },
  };
}

/** The corners of the simplex around each point, and their barycentric weights. */
function simplicesOf(features: Float32Array, d: number, table: CornerTable) {
  const size = d + 1, points = features.length / d;
  const corners = new Int32Array(points * size), weights = new Float32Array(points * size);
  const place = new Float64Array(size), rest = new Float64Array(size);
  const near = new Int32Array(size), rank = new Int32Array(size);
  const key = new Int32Array(d);
  for (let p = 0; p < points; p++) {
    // The point, embedded in the hyperplane of the lattice, in units of 1 / `size` of a period.
    let sum = 0;
    for (let i = d; i > 0; i--) {
      const x = features[p * d + i - 1]! * size * Math.sqrt(2 / 3 / (i * (i + 1)));
      place[i] = sum - i * x;
      sum += x;
    }
    place[0] = sum;
    // The nearest corner of remainder 0, and the ranks of the residuals.
    let excess = 0;
    for (let i = 0; i < size; i++) {
      const steps = Math.ceil(place[i]! / size - 0.5);
      near[i] = steps * size;
      rest[i] = place[i]! - near[i]!;
      excess += steps;
    }
    rank.fill(excess);
    for (let i = 0; i < d; i++) {
      for (let k = i + 1; k < size; k++) rank[rest[i]! < rest[k]! ? i : k]!++;
    }
    const shares = weights.subarray(p * size, p * size + size);
    for (let i = 0; i < size; i++) {
      const turn = rank[i]! < 0 ? size : rank[i]! > d ? -size : 0;
      rank[i]! += turn;
      near[i]! += turn;
      const share = (rest[i]! - turn) / size;
      shares[d - rank[i]!]! += share;
      // Beyond the last corner it wraps to the first.
      shares[(size - rank[i]!) % size]! -= share;
    }
    shares[0]!++;
    for (let k = 0; k < size; k++) {
      for (let i = 0; i < d; i++) key[i] = near[i]! + k - (rank[i]! > d - k ? size : 0);
      corners[p * size + k] = table.add(key);
    }
  }
  return [corners, weights] as const;
}

/** For each axis of the lattice, the neighbours of each corner on both sides; 0 for none. */
function neighboursOf(d: number, { keys, find }: CornerTable) {
  const key = new Int32Array(d);
  return Array.from({ length: d + 1 }, (_, axis) =>
    [1, -1].map((side) => {
      const numbers = new Int32Array(keys.length / d + 1);
      for (let corner = 1; corner < numbers.length; corner++) {
        for (let i = 0; i < d; i++) {
          key[i] = keys[(corner - 1) * d + i]! + (i === axis ? side * d : -side);
        }
        numbers[corner] = find(key);
      }
      return numbers;
    }));
}
