/** Networks that are cut at some of their blobs. */
import assert from "node:assert/strict";
import { convert, type ConvertOptions, type Injection, writeBundle } from "../mod.ts";
import { Network } from "../runtime/mod.ts";
import { Folder } from "./cli/command.ts";
import { join } from "./join.ts";

const product = (name: string, bottom: string) =>
  `layer { name: "${name}" type: "InnerProduct" bottom: "${bottom}" top: "${name}"
    inner_product_param { num_output: 2 bias_term: false weight_filler { type: "xavier" } } }`;

/** The blob `fc7` is written again in place, and the last layer has an unknown type. */
const text = `input: "data" input_shape { dim: 1 dim: 2 dim: 1 dim: 1 }
  ${product("fc6", "data")}
  ${product("fc7", "fc6")}
  layer { name: "relu7" type: "ReLU" bottom: "fc7" top: "fc7" }
  ${product("fc8", "fc7")}
  layer { name: "end" type: "Unheard" bottom: "fc8" top: "end" }`;
const network = { bytes: new TextEncoder().encode(text), name: "deploy.prototxt" };
const matrix = (...data: number[]) => ({ shape: [2, 2], data: Float32Array.from(data) });
const inject: readonly Injection[] = [
  { layer: "fc6", value: matrix(1, 2, 3, 4) },
  { layer: "fc7", value: matrix(1, 0, 0, -1) },
];

const cut = (outputs: string[], more: ConvertOptions = {}) =>
  convert(network, { outputs, inject, ...more });

Deno.test("a network ends at a blob, with all layers that change it in place", async () => {
  for (const transforms of [undefined, []]) {
    const model = cut(["fc7"], { transforms });
    assert.deepEqual(model.graph.outputs, ["fc7"]);
    assert.deepEqual(model.summary.map(({ name }) => name), ["data", "fc6", "fc7", "relu7"]);
    assert.deepEqual([...model.graph.constants.keys()].map(({ name }) => name), [
      "fc6/weights",
      "fc7/weights",
    ]);
    const cutOff = await Network.load(join([...writeBundle(model)]), { device: "reference" });
    assert.deepEqual([...(await cutOff.run({ data: [1, 2] })).fc7!.data], [5, 0]);
    cutOff.destroy();
  }
});

Deno.test("a network ends at several blobs, in the requested order", () => {
  assert.deepEqual(cut(["fc7", "fc6"]).graph.outputs, ["fc7", "fc6"]);
});

Deno.test("layers that change a blob through shared memory are kept", () => {
  const shared = `input: "data" input_shape { dim: 1 dim: 2 dim: 1 dim: 1 }
    layer { name: "abs" type: "AbsVal" bottom: "data" top: "abs" }
    layer { name: "flat" type: "Flatten" bottom: "abs" top: "flat" }
    layer { name: "relu" type: "ReLU" bottom: "flat" top: "flat" }
    layer { name: "end" type: "Unheard" bottom: "flat" top: "end" }`;
  const file = { bytes: new TextEncoder().encode(shared), name: "a.prototxt" };
  const { graph } = convert(file, { outputs: ["abs"] });
  assert.deepEqual(graph.nodes.map(({ op }) => op), ["abs", "reshape", "relu", "reshape"]);
});

Deno.test("a network cannot end at an unknown blob", () => {
  const refused = (name: string, state: string) =>
    assert.throws(() => cut([name]), {
      name: "TypeError",
      message: `Cannot end the network at "${name}": it has no such blob${state}`,
    });
  refused("fc77", ' (did you mean "fc7"?)');
  refused("relu7", '; the layer of that name writes "fc7"');
  assert.throws(() => cut([]), /outputs is \[\], but must be the names of some blobs/);
  const measured = {
    ...network,
    bytes: new TextEncoder().encode(`${text}
    layer { name: "accuracy" type: "Accuracy" bottom: "fc6" bottom: "fc7" top: "accuracy" }`),
  };
  assert.throws(
    () => convert(measured, { outputs: ["accuracy"], inject }),
    /"accuracy": it has no such blob; layer "accuracy" is left out$/,
  );
});

Deno.test("kaffe convert --outputs ends a network", async () => {
  using folder = new Folder();
  folder.write("deploy.prototxt", text);
  const words = "deploy.prototxt --inject fc6=1 --inject fc7=2 --outputs fc6,fc7 -o a.npz";
  await folder.done("convert", ...words.split(" "));
  const loaded = await Network.load(Deno.readFileSync(folder.at("a.npz")), { device: "reference" });
  assert.deepEqual(loaded.outputs, ["fc6", "fc7"]);
  loaded.destroy();
});
