import assert from "node:assert/strict";
import { arrayName, memberName, MemberNames } from "../../lib/emit/member_name.ts";

const names: [layer: string, member: string][] = [
  ["conv1/7x7_s2", "conv1/7x7_s2/weights.npy"],
  ["ünï code 卷积", "ünï code 卷积/weights.npy"],
  ["conv:0", "conv:0/weights.npy"],
  ["50%", "50%/weights.npy"],
  ["a.b..c", "a.b..c/weights.npy"],
  ["__proto__", "__proto__/weights.npy"],
  ["", "%2Fweights.npy"],
  [".", "%2E/weights.npy"],
  ["../../etc", "%2E%2E/%2E%2E/etc/weights.npy"],
  ["a/../b", "a/%2E%2E/b/weights.npy"],
  ["a/.. /b", "a/%2E%2E /b/weights.npy"],
  ["/etc", "%2Fetc/weights.npy"],
  ["//host", "%2F%2Fhost/weights.npy"],
  ["a//b", "a/%2Fb/weights.npy"],
  ["conv/", "conv/%2Fweights.npy"],
  ["C:/x", "C%3A/x/weights.npy"],
  ["a/C:b", "a/C%3Ab/weights.npy"],
  ["..\\..\\x", "..%5C..%5Cx/weights.npy"],
  ["a\0b\n\x7f\x85", "a%00b%0A%7F%C2%85/weights.npy"],
  ["\ud800", "\ufffd/weights.npy"],
];
for (const [layer, member] of names) {
  Deno.test(`the member of layer ${JSON.stringify(layer)} is ${member}`, () => {
    assert.equal(memberName(layer, "weights"), member);
  });
}

Deno.test("no member name leads out of its folder", () => {
  const pieces = ["..", ".", "/", "\\", "C:", "a", " ", "\0", ""];
  const folder = new URL("file:///folder/");
  for (let i = 0; i < pieces.length ** 4; i++) {
    const layer = [0, 1, 2, 3].map((digit) => pieces[Math.floor(i / pieces.length ** digit) % 9])
      .join("");
    const segments = memberName(layer, "weights").split("/");
    assert.ok(!segments.some((segment) => /^(\.| )*\.$|^$|\\|\0|^[A-Z]:/.test(segment)), layer);
    const path = segments.map(encodeURIComponent).join("/");
    assert.ok(new URL(path, folder).href.startsWith(folder.href), layer);
  }
});

Deno.test("names of a hundred thousand dots or slashes are encoded in bounded time", () => {
  const start = performance.now();
  memberName(".".repeat(1e5), "weights");
  memberName(".".repeat(1e5) + "x", "weights");
  memberName("/".repeat(1e5), "weights");
  assert.ok(performance.now() - start < 3000);
});

Deno.test("members of any names are unique, and stay in their folder", () => {
  const names = new MemberNames(["model.json"]);
  const taken = ["../../evil", "prob", "Prob", "prob", "prob_1", "%2E%2E/../evil", "C:\\x"]
    .map((name) => names.take(arrayName(name)));
  assert.deepEqual(taken, [
    "%2E%2E/%2E%2E/evil.npy",
    "prob.npy",
    "Prob_1.npy",
    "prob_2.npy",
    "prob_1_1.npy",
    "%2E%2E/%2E%2E/evil_1.npy",
    "C%3A%5Cx.npy",
  ]);
});
