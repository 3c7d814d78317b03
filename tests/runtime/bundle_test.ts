import assert from "node:assert/strict";
import { writeBundle } from "../../lib/emit/bundle.ts";
import type { WrittenModel } from "../../lib/model.ts";
import { readBundle } from "../../runtime/bundle/bundle.ts";
import type { Graph } from "../../runtime/graph.ts";
import { readZip } from "../../runtime/bundle/zip.ts";
import { join } from "../join.ts";
import { Random, randomNetwork, Sketch } from "../random.ts";
import { arrivalOf, readBothWays } from "./arriving.ts";

const roundTrip = (model: WrittenModel) => readBothWays(join(writeBundle(model)));

/** A graph as plain data, so that two can be compared. */
function plain({ name, inputs, constants, nodes, names, outputs }: Graph): unknown {
  return {
    name,
    inputs,
    constants: [...constants].filter(([value]) => nodes.some((node) => node.inputs.includes(value)))
      .map(([value, data]) => [value, [...data]]),
    nodes: nodes.map(({ op, attributes, inputs, output }) => ({
      op,
      attributes,
      inputs: inputs.map((value) => value.name),
      output,
    })),
    names: [...names].filter(([name, value]) => name !== value.name).map(([n, v]) => [n, v.name]),
    outputs,
  };
}

Deno.test("a bundle holds the graph that was written", async () => {
  for (let seed = 0; seed < 20; seed++) {
    const graph = randomNetwork(seed);
    assert.deepEqual(plain((await roundTrip({ graph })).graph), plain(graph));
  }
});

Deno.test("the graph is known during the download, with zeros for its constants", async () => {
  for (let seed = 0; seed < 20; seed++) {
    const bytes = join(writeBundle({ graph: randomNetwork(seed) }));
    const { graph } = await readBundle(bytes);
    const zeros = new Map(
      [...graph.constants].map(([value, { length }]) => [value, new Float32Array(length)]),
    );
    const { graph: start } = await arrivalOf(bytes);
    assert.deepEqual(plain(start!), plain({ ...graph, constants: zeros }));
  }
});

const unusualNames = [
  "__proto__",
  "constructor",
  "",
  "/",
  "a/b",
  "../x",
  "a\\b",
  "é\u2028`${1}",
  "line\n",
  "CASE",
  "case",
  "Case/weights",
  "case/weights",
  "*/",
  '"',
  "model.json",
  "\u0000",
  "🦀",
];

Deno.test("a bundle keeps unusual names distinct", async () => {
  const sketch = new Sketch();
  const data = sketch.input("data", [2]);
  const values = unusualNames.map((name, i) => {
    const constant = sketch.constant(`${name}/c`, { shape: [2], data: Float32Array.of(i, -i) });
    return sketch.add("affine", name, [data, constant], { axis: 0, terms: "offset" });
  });
  const sum = sketch.add("eltwise", "sum", values, {});
  const graph = {
    ...sketch.finish(sum),
    names: new Map([["__proto__", data], ["x\ny", sum]]),
    outputs: ["x\ny"],
  };
  const bytes = join(writeBundle({ graph }));
  const files = readZip(bytes).names;
  assert.equal(new Set(files.map((file) => file.toLowerCase())).size, unusualNames.length + 1);
  const read = await readBundle(bytes);
  assert.deepEqual(plain(read.graph), plain(graph));
  assert.deepEqual([...read.graph.names.keys()], ["__proto__", "x\ny"]);
});

Deno.test("a bundle holds weights in float16, and shared weights once", async () => {
  const sketch = new Sketch();
  const weights = sketch.constant("w", { shape: [1, 2], data: Float32Array.of(1 / 3, 7) });
  const data = sketch.input("data", [1, 2]);
  const options = { output: 1, bias: false };
  const outputs = ["a", "b"].map((name) => sketch.add("dense", name, [data, weights], options));
  const bytes = join(writeBundle({ graph: sketch.finish(...outputs) }, { weights: "float16" }));
  assert.equal(readZip(bytes).names.length, 2);
  const { graph } = await readBundle(bytes);
  assert.deepEqual([...graph.constants.values()], [Float32Array.of(0.333251953125, 7)]);
  assert.equal(graph.nodes[0]!.inputs[1], graph.nodes[1]!.inputs[1]);
});

Deno.test("numbers beyond float16 stay in float32", async () => {
  const sketch = new Sketch(), rounded: string[] = [];
  const bias = sketch.constant("d/biases", { shape: [1], data: Float32Array.of(1e-9) });
  const weights = sketch.constant("d/weights", { shape: [1, 2], data: Float32Array.of(0.1, 7e4) });
  const dense = sketch.add("dense", "d", [sketch.input("data", [1, 2]), weights, bias], {
    output: 1,
  });
  const graph = sketch.finish(dense);
  const onRounded = ({ name }: { name: string }) => rounded.push(name);
  const bytes = join(writeBundle({ graph }, { weights: "float16", onRounded }));
  const { constants } = await readBundle(bytes);
  assert.deepEqual(constants.get("d/weights")!.data, Float32Array.of(0.1, 7e4));
  assert.deepEqual(constants.get("d/biases")!.data, Float32Array.of(1e-9));
  assert.deepEqual(rounded, []);
});

Deno.test("a bundle holds infinities, preprocessing, labels and provenance", async () => {
  const sketch = new Sketch();
  const data = sketch.input("data", [1, 3, 2, 2]);
  const power = sketch.add("power", "p", [data], { shift: -Infinity, scale: NaN });
  const graph = sketch.finish(sketch.add("eltwise", "e", [power, data], {
    coefficients: [Infinity, -0.5],
  }));
  const meanImage = new Random(1).tensor([3, 2, 4]);
  const preprocessing = {
    channelOrder: "bgr",
    resize: { exact: [2, 4] },
    crop: [2, 2],
    mean: [],
    scale: 0.25,
    meanImage,
  } as const;
  const labels = ["tabby, tabby cat", "__proto__", ""];
  const provenance = JSON.parse('{ "__proto__": "a", "network": "deploy.prototxt" }');
  const read = await roundTrip({ graph, preprocessing, labels, provenance });
  assert.deepEqual(plain(read.graph), plain(graph));
  assert.deepEqual(read.preprocessing, preprocessing);
  assert.deepEqual(read.labels, labels);
  assert.deepEqual(JSON.stringify(read.provenance), JSON.stringify(provenance));
});

Deno.test("the mean image is distinct from a value of the same name", async () => {
  const sketch = new Sketch();
  const data = sketch.input("data", [1, 3, 1, 2]);
  const own = { shape: [3], data: Float32Array.of(1, 2, 3) };
  const mean = sketch.constant("preprocessing/mean", own);
  const graph = sketch.finish(sketch.add("affine", "a", [data, mean], { terms: "offset" }));
  const meanImage = new Random(1).tensor([3, 1, 2]);
  const read = await roundTrip({
    graph,
    preprocessing: {
      channelOrder: "rgb",
      resize: { short: 2 },
      crop: null,
      mean: [],
      scale: 1,
      meanImage,
    },
  });
  assert.deepEqual(plain(read.graph), plain(graph));
  assert.deepEqual(read.preprocessing!.meanImage, meanImage);
});

Deno.test("a bundle of layers without weights is refused", () => {
  const graph = randomNetwork(1);
  const write = (untrained: string[]) => () => [...writeBundle({ graph, untrained })];
  assert.throws(write(["conv1"]), {
    message: 'Cannot write the bundle: layer "conv1" has no weights; give the caffemodel',
  });
  assert.throws(write(["a", "b", "c"]), { message: /layer "a" and 2 others have no weights/ });
});

Deno.test("constants are read as they arrive, except views", async () => {
  const sketch = new Sketch(), random = new Random(1);
  const sum = ["a", "b", "c"].reduce(
    (sum, name) =>
      sketch.add("eltwise", `sum ${name}`, [sum, sketch.constant(name, random.tensor([1, 4]))], {}),
    sketch.input("data", [1, 4]),
  );
  const bytes = join(writeBundle({ graph: sketch.finish(sum) }, { weights: "float16" }));
  const { arrival } = await arrivalOf(bytes);
  const { constants } = await readBundle(bytes, undefined, [], arrival.constantsOf(bytes));
  for (const [name, reading] of arrival.constantsOf(bytes)) {
    assert.equal(await reading, constants.get(name));
  }
  const stored = join(writeBundle({ graph: sketch.finish(sum) }));
  const all = [...(await arrivalOf(stored)).arrival.constantsOf(stored).values()];
  assert.deepEqual(await Promise.all(all), [undefined, undefined, undefined]);
});

Deno.test("constants that arrived are not used if the directory has another checksum", async () => {
  const bundleOf = (value: number) => {
    const sketch = new Sketch();
    const w = sketch.constant("w", { shape: [1], data: Float32Array.of(value) });
    const sum = sketch.add("eltwise", "sum", [sketch.input("data", [1]), w], {});
    return join(writeBundle({ graph: sketch.finish(sum) }, { weights: "float16" }));
  };
  const [received, whole] = [bundleOf(1), bundleOf(2)];
  const { arrival } = await arrivalOf(received);
  assert.equal(arrival.constantsOf(received).size, 1);
  assert.equal(arrival.constantsOf(whole).size, 0);
  const { constants } = await readBundle(whole, undefined, [], arrival.constantsOf(whole));
  assert.deepEqual(constants.get("w")!.data, Float32Array.of(2));
});
