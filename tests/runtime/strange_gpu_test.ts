/**
 * Ops that round or compare, could overflow, or share memory among invocations, on GPUs that compute
 * as inexactly, and in as strange an order, as WGSL allows.
 */
import assert from "node:assert/strict";
import { openDevice } from "../../runtime/gpu/device.ts";
import { GpuEngine } from "../../runtime/gpu/engine.ts";
import type { OpName } from "../../runtime/ops/mod.ts";
import { hasGpu } from "../gpu.ts";
import { tensor } from "../tensor.ts";
import { type Case, testOnGpu } from "./op_case.ts";
import { divideInexactly, overflow, reassociate, reorder, strange } from "./strange_gpu.ts";
import { asHardware } from "../traits.ts";

const device = hasGpu ? await openDevice() : undefined;
globalThis.addEventListener("unload", () => device?.destroy());

/** Boxes whose bins, if there are 7 or 3, may end at borders of pixels. */
const boxes = tensor(
  [12, 5],
  ...Array.from({ length: 12 }, (_, i) => [0, 1, 2, 7 * i + 1, 7 * i + 2]).flat(),
);
/** The same, for ops that count the last pixel. */
const closed = { ...boxes, data: boxes.data.map((x, i) => i % 5 > 2 ? x - 1 : x) };
const image = [1, 2, 80, 70], grid = [1, 98, 24, 21];

type Cases = { readonly [Name in OpName]?: readonly Case<Name>[] };

/** What a rounding error could turn into something else. */
const rounded: Cases = {
  roiAverage: [
    [{ bins: [7, 7] }, image, boxes],
    [{ bins: [7, 7], scale: 0.25 }, image, boxes],
    [{ bins: [7, 7], samples: 6, method: "inner" }, image, boxes],
    [{ bins: [13, 13], method: "max" }, image, boxes],
  ],
  roiAlign: [[{ bins: [7, 7], scale: 0.5 }, image, boxes]],
  roiPool: [[{ bins: [7, 7] }, image, closed], [{ bins: [3, 3] }, image, closed]],
  psroiPool: [[{ output: 2, group: 7, scale: 0.25 }, grid, closed]],
  resample: [[{ size: [3, 4] }, [1, 2, 5, 7]]],
  downsample: [[{ size: [3, 5] }, [1, 2, 7, 13]]],
  power: [2, 3, 4, 6, -2].map((power) => [{ power }, tensor([4], -3, -1, 2, 5)] as const),
};

/** Numbers whose exponentials are beyond the largest float32, or nearly 0. */
const extreme = [-1e30, -1e4, -90, -1, 0, 1, 90, 1e4, 1e30];
const extremes = [[{}, tensor([9], ...extreme)]] as const;

/** What could overflow on the way to a finite number. */
const finite: Cases = {
  ...{ sigmoid: extremes, tanh: extremes, swish: extremes, elu: extremes, bnll: extremes },
  softmax: [[{ axis: 0 }, tensor([9], ...extreme)]],
  recurrent: [
    [
      { kind: "lstm" },
      tensor([1, 1, 40], ...Array.from({ length: 40 }, (_, i) => extreme[i % 9]!)),
      tensor([1, 1], 1),
      [1, 1, 10],
      [1, 1, 10],
      [40, 10],
    ],
    [{ kind: "tanh" }, tensor([1, 1, 9], ...extreme), tensor([1, 1], 1), [1, 1, 9], [9, 9]],
  ],
};

/** What invocations compute together. */
const shared: Cases = {
  softmax: [[{}, [2, 300, 3]]],
  reduce: [[{ axis: 1, operation: "mean" }, [3, 200]]],
  standardize: [[{}, [2, 3, 9, 11]]],
  recurrent: [
    [
      { kind: "lstm" },
      [3, 2, 28],
      tensor([3, 2], 0, 1, 1, 0, 1, 1),
      [1, 2, 7],
      [1, 2, 7],
      [28, 7],
    ],
    [{ kind: "tanh" }, [2, 2, 70], tensor([2, 2], 0, 1, 1, 1), [1, 2, 70], [70, 70]],
  ],
  dense: [[{ output: 9 }, [3, 300], [9, 300], [9]]],
  conv2d: [
    [{ output: 36, kernel: [3, 1], pad: [1, 0] }, [1, 70, 5, 3], [36, 70, 3, 1], [36]],
    [{ output: 37, kernel: [3, 3], pad: [1, 2] }, [2, 18, 7, 9], [37, 18, 3, 3], [37]],
  ],
};

Deno.test("shaders are rewritten for a strange GPU", () => {
  assert.equal(
    divideInexactly("let x = -a[i / 2] / f(b.x / 3) * c - d / e;", "+"),
    "let x = -(a[(i / 2 + i / 2 / 8388608)] / f((b.x / 3 + b.x / 3 / 8388608)) + " +
      "a[(i / 2 + i / 2 / 8388608)] / f((b.x / 3 + b.x / 3 / 8388608)) / 8388608) * c - " +
      "(d / e + d / e / 8388608);",
  );
  assert.equal(
    reassociate("let rest = x - high * n - (near - high) * n;"),
    "let rest = x - near * n;",
  );
  assert.equal(
    reorder("@workgroup_size(8) fn main(@builtin(local_invocation_index) i: u32) { f(i); }"),
    "@workgroup_size(8) fn main(@builtin(num_workgroups) groups: vec3u, " +
      "@builtin(local_invocation_index) given_i: u32) {let i = (given_i * 29u + 4u) % 8u; f(i); }",
  );
});

const preferring = (kernel: string) => ({
  ...asHardware,
  choose: (_: string, kernels: readonly string[]) => kernels.find((name) => name === kernel),
});

const kinds = {
  plain: "plain",
  hardware: asHardware,
  "hardware, with Winograd": preferring("winograd"),
  "hardware, with the larger Winograd": preferring("winograd 4 × 4"),
} as const;

for (
  const [does, rewrite, cases] of [
    ["rounds quotients up", (code: string) => divideInexactly(code, "+"), rounded],
    ["rounds quotients down", (code: string) => divideInexactly(code, "-"), rounded],
    ["reassociates sums", reassociate, rounded],
    ["takes overflows for impossible", overflow, finite],
    ["runs invocations in another order", reorder, shared],
  ] as const
) {
  const engines = Object.entries(device === undefined ? {} : kinds).map(([how, traits]) =>
    [how, new GpuEngine(strange(device!, rewrite), false, traits)] as const
  );
  for (const name of Object.keys(cases) as OpName[]) {
    testOnGpu(`${name} on a GPU that ${does}`, name, cases[name] as Case<OpName>[], engines);
  }
}
