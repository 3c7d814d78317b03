/** The table of a race: rates beside the ceilings of the adapter. */
import assert from "node:assert/strict";
import { showResult } from "./show.ts";
import { leastBytes } from "./traffic.ts";
import { Sketch } from "../tests/random.ts";

const conv = { output: 4, kernel: [1, 1], bias: false } as const;

Deno.test("each op reads its inputs and weights, and writes its output; fused ones belong to it", () => {
  const sketch = new Sketch();
  const data = sketch.input("data", [2, 3, 5, 7]);
  const weights = sketch.constant("weights", { shape: [4, 3, 1, 1], data: new Float32Array(12) });
  const scores = sketch.add("conv2d", "scores", [data, weights], conv);
  const rectified = sketch.add("relu", "rectified", [scores], {});
  const flat = sketch.add("reshape", "flat", [rectified], { shape: [0, -1] });
  const graph = sketch.finish(sketch.add("softmax", "prob", [flat], {}));
  const [input, output] = [2 * 3 * 35, 2 * 4 * 35];
  assert.equal(leastBytes(graph), 4 * (input + 12 + output + output + output));
});

Deno.test("rates stand beside the shares of the ceilings, those of the CPU alone", () => {
  const figures = { wall: 4, best: 4, samples: 1 };
  const rows = [
    { name: "ours", onGpu: true, figures, gpu: 2 },
    { name: "another's", onGpu: false, figures },
  ];
  const result = { name: "net", batch: 1, macs: 10e6, bytes: 4e6, rows };
  const text = showResult(result, { gflops: 40, gigabytes: 8 });
  // 20 MFLOP and 4 MB in 2 ms on the GPU, in 4 ms on the CPU.
  assert.match(text, /^ours .* 10\.0 +25 % +2\.00 +25 % +1\.00 /m);
  assert.match(text, /^another's .* 5\.0 +1\.00 +1\.00 /m);
});
