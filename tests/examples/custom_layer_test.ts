/**
 * Custom layers and ops: in the API, on the command line, in bundles and in written classes.
 */
import assert from "node:assert/strict";
import { layers, ops } from "../../examples/custom_layer/layers.ts";
import { apply, convert, defineLayer, type Layer, writeBundle, writeSource } from "../../mod.ts";
import { defineOp, Network } from "../../runtime/mod.ts";
import { Folder, pathOf } from "../cli/command.ts";
import { hasGpu } from "../gpu.ts";

const example = (file: string) => pathOf(`examples/custom_layer/${file}`);
const deploy = {
  bytes: Deno.readFileSync(example("deploy.prototxt")),
  name: "deploy.prototxt",
};
const model = convert(deploy, { layers });
const bundle = await new Blob([...writeBundle(model)]).bytes();

/** An image with a spot of 2 × 2 pixels, whose center is at column 6.5 and row 2.5. */
const image = Float32Array.from({ length: 54 }, (_, i) => {
  return [6, 7].includes(i % 9) && [2, 3].includes(Math.floor(i / 9)) ? 1 : 0;
});

for (const [device, ignore] of [["cpu", false], ["gpu", !hasGpu]] as const) {
  Deno.test({
    name: `a custom op runs on the ${device}`,
    ignore,
    async fn() {
      const network = await Network.load(bundle, { ops, device });
      const { peak } = await network.run({ image });
      network.destroy();
      assert.deepEqual(peak!.shape, [1, 1, 2]);
      [6.5, 2.5].forEach((at, i) => assert(Math.abs(peak!.data[i]! - at) < 2e-2, `${peak!.data}`));
    },
  });
}

Deno.test("a bundle with a custom op is refused without it", async () => {
  await assert.rejects(Network.load(bundle, { device: "cpu" }), {
    name: "TypeError",
    message: 'Cannot read the bundle: node "peak" (softArgmax) cannot be built: this ' +
      "runtime has no such op. If it is your own, give it: Network.load(bundle, { ops: [softArgmax] " +
      "}), or --layers; if not, make a runtime for this bundle with kaffe runtime",
  });
});

Deno.test("README.md shows how the network is refused without its layer", async () => {
  using folder = new Folder();
  folder.write(deploy.name, deploy.bytes);
  const { stderr } = await folder.kaffe("convert", deploy.name, "-o", "model.npz");
  const [, shown] = /```\n(.*?)```/s.exec(Deno.readTextFileSync(example("README.md")))!;
  assert.equal(stderr, shown);
});

Deno.test("a class is not written without the module of its ops", () => {
  assert.throws(() => writeSource(model), {
    message:
      /^Cannot write the class: node "peak" has the custom op "softArgmax"; set the option "ops"/,
  });
});

Deno.test("the command line loads a module of layers, and the written class imports its ops", async () => {
  using folder = new Folder();
  const own = ["--layers", example("layers.ts")];
  await folder.done(
    ...["convert", example("deploy.prototxt"), ...own, "--ops", example("ops.ts")],
    ...["--data-output-path", "model.npz", "--code-output-path", "model.ts"],
  );
  assert.match(folder.read("model.ts"), /import \{ ops \} from ".*\/custom_layer\/ops\.ts";/);
  assert.match(folder.read("model.ts"), /\.apply\("softArgmax", "peak", \{ sharpness: 8 \}\)/);

  folder.writeArray("x.npy", { shape: [1, 1, 6, 9], data: image });
  const options = ["--input", "image=x.npy", "--output", "out.npz", "--device", "cpu"];
  await folder.done("run", "model.npz", "--layers", example("ops.ts"), ...options);
  const { data } = (await folder.arrays("out.npz")).get("peak")!;

  const script = `
    import { Peaks } from ${JSON.stringify(`file://${folder.at("model.ts")}`)};
    const network = await Peaks.load(await Deno.readFile("model.npz"), { device: "cpu" });
    const { peak } = await network.run({ image: ${JSON.stringify([...image])} });
    console.log(JSON.stringify([...peak.data]));`;
  const { stdout, stderr } = await folder.deno("eval", script);
  assert.equal(stderr, "");
  assert.deepEqual(JSON.parse(stdout), [...data]);

  folder.write("empty.ts", "export const nothing = 1;");
  const { stderr: refusal } = await folder.kaffe(
    ...["run", "model.npz", "--layers", "empty.ts", ...options],
  );
  assert.equal(
    refusal,
    "Cannot use empty.ts: it exports neither a list `layers` nor a list `ops`\n",
  );
});

const twice: Layer = defineLayer({
  type: "ReLU",
  lower: ({ graph, name, bottoms }) => [apply(graph, "power", name, bottoms, { scale: 2 })],
});

const net = (text: string) => ({
  bytes: new TextEncoder().encode(`input: "x" input_shape { dim: 1 dim: 2 } ${text}`),
  name: "net.prototxt",
});

Deno.test("a custom layer replaces the built-in one of its type", () => {
  const relu = net('layer { name: "r" type: "ReLU" bottom: "x" top: "r" }');
  const opsOf = (own: readonly Layer[]) =>
    convert(relu, { layers: own, transforms: [] }).graph.nodes.map(({ op }) => op);
  assert.deepEqual(opsOf([]), ["relu"]);
  assert.deepEqual(opsOf([twice]), ["power"]);
  assert.throws(() => opsOf([twice, twice]), {
    message: 'Cannot use the layers: two of them have the type "ReLU"',
  });
});

Deno.test("a custom Python layer is selected by module and class", () => {
  const python = net(`layer { name: "p" type: "Python" bottom: "x" top: "p"
    python_param { module: "mine.layers" layer: "Twice" } }`);
  const own = { ...twice, type: "Python mine.layers.Twice" };
  assert.throws(() => convert(python), { message: /layer "p" \(Python mine\.layers\.Twice\)/ });
  assert.deepEqual(convert(python, { layers: [own] }).graph.nodes.map(({ op }) => op), ["affine"]);
});

Deno.test("a custom op with the name of a built-in op is refused", () => {
  const relu = defineOp({
    name: "relu",
    schema: {},
    shape: (_, [input]) => input!,
    reference() {},
    shaders: () => [],
  });
  const layer = defineLayer({
    type: "Mine",
    lower: ({ graph, name, bottoms }) => [apply(graph, relu, name, bottoms, {})],
  });
  assert.throws(
    () =>
      convert(net('layer { name: "m" type: "Mine" bottom: "x" top: "m" }'), { layers: [layer] }),
    { message: /its op is called "relu", which is one of the runtime's/ },
  );
});

Deno.test("a custom layer without lower is refused", () => {
  assert.throws(() => convert(oneLayer, { layers: [defineLayer({ type: "Idle" })] }), {
    name: "TypeError",
    message: 'Cannot use the layers: the type "Idle" has no `lower`, which lowers it to ops',
  });
});

Deno.test("errors of custom layers name the layer", () => {
  const broken = defineLayer({
    type: "Broken",
    lower: () => {
      throw new Error("it is broken");
    },
  });
  assert.throws(() => convert(oneLayer, { layers: [broken] }), {
    name: "TypeError",
    message: /^Cannot convert layer "one" \(Broken\): it is broken\n {2}at net\.prototxt:/,
  });
});

const oneLayer = net('layer { name: "one" type: "Broken" bottom: "x" top: "one" }');
