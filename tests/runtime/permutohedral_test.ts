/**
 * Filtering by a permutohedral lattice: a case computed by hand, and larger ones against the
 * Gaussian that it approximates.
 */
import assert from "node:assert/strict";
import { latticeOf } from "../../runtime/ops/permutohedral.ts";
import { Random } from "../random.ts";

function expectNear(
  actual: ArrayLike<number>,
  expected: readonly number[],
  tolerance = 1e-6,
): void {
  assert.equal(actual.length, expected.length);
  expected.forEach((value, i) =>
    assert(Math.abs(actual[i]! - value) <= tolerance, `${i}: ${actual[i]} is not ${value}`)
  );
}

Deno.test("points in the same cell share its corners", () => {
  // Corners are √3/2 apart: one point is at the first, the other one in the middle of a cell.
  const smooth = latticeOf(Float32Array.of(0, Math.sqrt(3) / 4), 1);
  // Corners hold a + b/2 and b/2. Both axes of the lattice are the line itself: corners get half of
  // their neighbour twice, and become 5/4·a + 9/8·b and a + 9/8·b.
  const [a, b] = [4, 12];
  expectNear(smooth(Float32Array.of(a, b), 1), [1.25 * a + 1.125 * b, 1.125 * a + 1.125 * b]);
});

Deno.test("the values of a point are filtered separately", () => {
  const random = new Random(1);
  const smooth = latticeOf(random.tensor([7, 3], -2, 2).data, 3);
  const both = random.tensor([7, 2], -1).data;
  const [first, second] = [0, 1].map((k) => smooth(both.filter((_, i) => i % 2 === k), 1));
  expectNear(smooth(both, 2), [...first!].flatMap((x, p) => [x, second![p]!]));
});

for (const [d, extent] of [[1, 4], [2, 3], [5, 1.2]] as const) {
  Deno.test(`means by the lattice approximate those by a Gaussian, in ${d} dimensions`, () => {
    const points = 300, random = new Random(d);
    const features = random.tensor([points, d], -extent, extent).data;
    const values = Float32Array.from(
      { length: points },
      (_, p) => 1 + Math.sin(features[p * d]!) + (d > 1 ? features[p * d + 1]! / 4 : 0),
    );
    const exact = (values: Float32Array) =>
      Array.from({ length: points }, (_, p) => {
        let sum = 0;
        for (let q = 0; q < points; q++) {
          let distance = 0;
          for (let k = 0; k < d; k++) {
            distance += (features[p * d + k]! - features[q * d + k]!) ** 2;
          }
          sum += Math.exp(-distance / 2) * values[q]!;
        }
        return sum;
      });
    const smooth = latticeOf(features, d);
    const ones = new Float32Array(points).fill(1);
    const [sums, all] = [smooth(values, 1), smooth(ones, 1)];
    const [exactSums, exactAll] = [exact(values), exact(ones)];
    const means = exactSums.map((sum, p) => sum / exactAll[p]!);
    expectNear(sums.map((sum, p) => sum / all[p]!), means, 0.12);
    // The density around each point is known up to a common factor.
    const ratios = exactAll.map((sum, p) => all[p]! / sum);
    const mean = ratios.reduce((a, b) => a + b) / points;
    const spread = Math.sqrt(ratios.reduce((sum, x) => sum + (x - mean) ** 2, 0) / points);
    assert(spread < 0.2 * mean, `they differ by ${spread / mean}`);
  });
}

Deno.test("features that are not finite do not affect points in other cells", () => {
  const smooth = latticeOf(Float32Array.of(NaN, 0, Infinity, 0, 50, 60), 2);
  const alone = latticeOf(Float32Array.of(50, 60), 2);
  assert.equal(smooth(Float32Array.of(1, 2, 3), 1)[2], alone(Float32Array.of(3), 1)[0]);
});
