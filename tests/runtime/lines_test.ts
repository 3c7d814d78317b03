/** Four lines side by side are computed by one invocation, where the code is written for that. */
import assert from "node:assert/strict";
import { perLine } from "../../runtime/ops/lines.ts";

const code = "fn line(i: i32, lane: i32) {}";

/** How many lines an invocation computes. */
function linesEach(wide: boolean, lines: number, length: number, inner: number): number {
  const shader = perLine({ lines, length, inner }, { code, wide });
  const four = shader.code.includes("alias Value = vec4f;");
  assert.equal(shader.constants!["inner"], four ? inner / 4 : inner);
  return lines / shader.sizes!["count"]!;
}

Deno.test("wide code computes four lines an invocation, if there are whole fours", () => {
  assert.equal(linesEach(true, 600, 21, 300), 4);
  assert.equal(linesEach(true, 598, 21, 299), 1);
});

Deno.test("code that is not wide computes one line an invocation", () => {
  assert.equal(linesEach(false, 600, 21, 300), 1);
});

Deno.test("a few long lines have a workgroup each, wide or not", () => {
  assert.equal(linesEach(true, 8, 1000, 4), 1);
});
