/**
 * Prefix codes: optimal code lengths up to a limit, and the canonical codes that deflate derives
 * from them.
 *
 * @module
 */

/** A symbol, or a pair of packages, in package-merge. */
interface Package {
  readonly count: number;
  readonly symbol?: number;
  readonly pair?: readonly [Package, Package];
}

/**
 * Optimal code lengths up to a limit, by package-merge.
 *
 * @see https://doi.org/10.1145/79147.79150
 */
export function codeLengths(counts: Uint32Array, limit: number): Uint8Array {
  const lengths = new Uint8Array(counts.length);
  const symbols: Package[] = [];
  for (const [symbol, count] of counts.entries()) {
    if (count > 0) symbols.push({ count, symbol });
  }
  // A code has at least one bit, and a set of codes two of them.
  for (let symbol = 0; symbols.length < 2; symbol++) {
    if (counts[symbol] === 0) symbols.push({ count: 0, symbol });
  }
  symbols.sort((a, b) => a.count - b.count);
  let packages = symbols;
  for (let level = 1; level < limit; level++) {
    const pairs: Package[] = [];
    for (let i = 0; i + 1 < packages.length; i += 2) {
      const [a, b] = [packages[i]!, packages[i + 1]!];
      pairs.push({ count: a.count + b.count, pair: [a, b] });
    }
    packages = merge(symbols, pairs);
  }
  // Of n symbols, each code is as long as its symbol is often in the first 2n − 2 packages.
  const lengthen = ({ symbol, pair }: Package): void => {
    if (symbol !== undefined) lengths[symbol]!++;
    else pair!.forEach(lengthen);
  };
  packages.slice(0, 2 * symbols.length - 2).forEach(lengthen);
  return lengths;
}

function merge(a: readonly Package[], b: readonly Package[]): Package[] {
  const merged: Package[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    const takesA = j === b.length || (i < a.length && a[i]!.count <= b[j]!.count);
    merged.push(takesA ? a[i++]! : b[j++]!);
  }
  return merged;
}

/** The canonical codes of given lengths, bit-reversed: deflate writes the first bit lowest. */
export function codesOf(lengths: Uint8Array): Uint16Array {
  const codes = new Uint16Array(lengths.length), longest = Math.max(...lengths);
  let next = 0;
  for (let length = 1; length <= longest; length++, next <<= 1) {
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] === length) codes[symbol] = reverse(next++, length);
    }
  }
  return codes;
}

function reverse(code: number, length: number): number {
  let reversed = 0;
  for (let i = 0; i < length; i++) reversed |= (code >> i & 1) << (length - 1 - i);
  return reversed;
}
