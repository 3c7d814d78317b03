import { strict as assert } from "node:assert";
import { runInParts } from "../../cli/run_in_parts.ts";
import { GraphBuilder } from "../../runtime/graph.ts";
import { Network } from "../../runtime/network.ts";
import { referenceEngine } from "../../runtime/reference.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { Folder, pathOf } from "./command.ts";

const options = { device: "reference", onNotice: () => {} } as const;
const dense = { axis: 1, bias: false, activation: null, residual: false };

/** y = tanh(a · x + y'), where y' is the y of the last run; z = b · y; and x and z in one. */
function recurrentGraph() {
  const graph = new GraphBuilder();
  const matrix = (from: number) => Float32Array.from({ length: 9 }, (_, i) => Math.sin(from + i));
  const x = graph.input("x", [2, 3]), last = graph.input("last", [2, 3]);
  const a = graph.constant("a", { shape: [3, 3], data: matrix(1) });
  const b = graph.constant("b", { shape: [3, 3], data: matrix(2) });
  const product = graph.apply("dense", "product", [x, a], { ...dense, output: 3 });
  const sum = graph.apply("eltwise", "sum", [product, last], {
    operation: "sum",
    coefficients: [],
    activation: null,
    residual: false,
  });
  const y = graph.apply("tanh", "y", [sum], {});
  const z = graph.apply("dense", "z", [y, b], { ...dense, output: 3 });
  const both = graph.apply("concat", "both", [x, z], { axis: 1 });
  graph.remember(last, y);
  const names = [["blob", y], ["same", y], ["data", x], ["both", both]] as const;
  return graph.build("", names, ["blob", "both"]);
}

Deno.test("the parts of a network compute what the whole computes", async () => {
  const graph = recurrentGraph();
  const x = { shape: [2, 3], data: Float32Array.of(1, -2, 0.5, 3, 0, -1) };
  const names = ["blob", "same", "data", "both", "product", "z"];
  const bundle = { constants: new Map(), preprocessing: null, labels: null, provenance: {} };
  const whole = await new Network({ graph, ...bundle }, referenceEngine)
    .run({ x: x.data }, { outputs: names });
  // Each matrix takes 36 bytes.
  for (const size of [1, 72]) {
    const given = new Map<string, Tensor>();
    await runInParts(graph, { x }, names, options, (name, tensor) => given.set(name, tensor), size);
    assert.deepEqual([...given.keys()].sort(), names.toSorted());
    for (const [name, { shape, data }] of given) {
      assert.deepEqual({ shape, data }, { ...whole[name] }, name);
    }
  }
});

Deno.test({
  name: "only the weights of one part are in memory",
  ignore: Deno.build.os !== "linux",
  async fn() {
    using folder = new Folder();
    // Eight matrices of 16 MB each.
    folder.write(
      "peak.ts",
      `import { runInParts } from "${pathOf("cli/run_in_parts.ts")}";
      import { defer } from "${pathOf("proto/deferred.ts")}";
      import { GraphBuilder } from "${pathOf("runtime/graph.ts")}";
      const peak = () => Number(/VmHWM:\\s*(\\d+)/.exec(Deno.readTextFileSync("/proc/self/status"))[1]);
      const graph = new GraphBuilder(), side = 2048;
      let value = graph.input("x", [1, side]);
      for (let i = 0; i < 8; i++) {
        const data = defer(side * side, (_, into) => into.fill(0));
        const weights = graph.constant("weights" + i, { shape: [side, side], data });
        const settings = { output: side, axis: 1, bias: false, activation: null, residual: false };
        value = graph.apply("dense", "y" + i, [value, weights], settings);
      }
      const x = { shape: [1, side], data: new Float32Array(side) }, options = { device: "cpu" };
      const before = peak(), y = value.name;
      await runInParts(graph.build("", [], [y]), { x }, [y], options, () => {}, 2 ** 24);
      console.log((peak() - before) / 1024);
    `,
    );
    const args = ["run", "-A", "--no-check", "--config", pathOf("deno.json"), "peak.ts"];
    const { stdout, stderr } = await folder.deno(...args);
    assert.ok(Number(stdout) > 16 && Number(stdout) < 80, stdout + stderr);
  },
});
