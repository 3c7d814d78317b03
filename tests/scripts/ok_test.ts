import assert from "node:assert/strict";
import { endedAfterTests, readTally } from "../../scripts/ok.ts";

for (
  const [output, tally] of [
    ["ok | 16 passed | 0 failed (4s)", { passed: 16, failed: 0, skipped: 0 }],
    [
      "a ... ok (1ms)\n\nFAILED | 1033 passed | 2 failed | 111 ignored (3m41s)\n\nerror: Test failed",
      { passed: 1033, failed: 2, skipped: 111 },
    ],
    [
      "ok | 1 passed (3 steps) | 0 failed | 2 ignored (1 step) | 4 filtered out (3s)",
      { passed: 1, failed: 0, skipped: 6 },
    ],
    [
      "\x1b[0m\x1b[32mok\x1b[0m | 5 passed | 0 failed \x1b[0m(9ms)",
      { passed: 5, failed: 0, skipped: 0 },
    ],
    ["error: Type checking failed.", undefined],
  ] as const
) {
  Deno.test(`readTally() of ${JSON.stringify(output.slice(-50))}`, () => {
    assert.deepEqual(readTally(output), tally);
  });
}

Deno.test("endedAfterTests() accepts a crash after the last test only if no test failed", () => {
  const all = { passed: 7, failed: 0, skipped: 1 };
  assert.ok(endedAfterTests(134, all));
  assert.ok(!endedAfterTests(1, all));
  assert.ok(!endedAfterTests(134, { ...all, failed: 1 }));
  assert.ok(!endedAfterTests(134, undefined));
});
