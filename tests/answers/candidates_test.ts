import assert from "node:assert/strict";
import { best } from "../../lib/answers/candidates.ts";

Deno.test("a box includes its last row and column when it is compared with others", () => {
  const [one, same, next] = [[3, 4, 3, 4], [3, 4, 3, 4], [4, 4, 4, 4]] as const;
  const candidates = [one, same, next].map((box, i) => ({ score: 1 - i / 4, box }));
  assert.deepEqual(best(candidates, 0.3).map(({ box }) => box), [one, next]);
});
