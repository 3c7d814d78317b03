/**
 * Written classes: each type-checks, and computes the same as the bundle alone.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { writeBundle } from "../../lib/emit/bundle.ts";
import { writeSource } from "../../lib/emit/source.ts";
import { layers } from "../../lib/layers/mod.ts";
import type { Model } from "../../lib/model.ts";
import { Network } from "../../runtime/network.ts";
import { count } from "../../runtime/tensor.ts";
import type { Meta } from "../golden.ts";

const runtime = new URL("../../runtime/mod.ts", import.meta.url).href;
const goldens = new URL("../goldens/layers/", import.meta.url);

/** A model and the class written for it. */
interface Written {
  readonly name: string;
  readonly model: Model;
  readonly source: string;
}

function write(name: string, model: Model): Written {
  return { name, model, source: writeSource(model, { className: "Written", runtime }) };
}

/** Recorded networks with their weights, optimized and not. */
function* recorded(): Generator<Written> {
  for (const { name } of Deno.readDirSync(goldens)) {
    if (name === "index.json" || name === "eltwise_sum_inplace") continue;
    const at = (file: string) => new URL(`${name}/${file}`, goldens);
    const meta: Meta = JSON.parse(Deno.readTextFileSync(at("meta.json")));
    if (meta.types.some((type) => !layers.has(type))) continue;
    const trained = [...Deno.readDirSync(at(""))].some((entry) => entry.name === "net.caffemodel");
    const options = {
      phase: meta.phase,
      level: meta.level,
      stages: meta.stages,
      ...(trained && {
        caffemodel: { bytes: Deno.readFileSync(at("net.caffemodel")), name: "net.caffemodel" },
      }),
      inputShapes: new Map(
        meta.layers.filter(({ type }) => type === "Data").flatMap(({ tops, top_shapes }) =>
          tops.map((top, i) => [top, top_shapes[i]!] as const)
        ),
      ),
    };
    const network = { bytes: Deno.readFileSync(at("net.prototxt")), name };
    yield write(name, convert(network, options));
    yield write(`${name}_plain`, convert(network, { ...options, transforms: [] }));
  }
}

/** A network whose layers and blobs have names that would be code if they were not escaped. */
function hostile(): Written {
  const names = [
    '"',
    "`${Deno.exit(3)}`",
    "*/ throw 1 /*",
    "\\",
    "\n",
    "\u2028",
    "__proto__",
    "constructor",
    "class",
    "a/b",
    "a_b",
    "a b",
    "../../etc",
    "as",
    "'); Deno.exit(3); ('",
  ];
  const quote = (text: string) => JSON.stringify(text).replaceAll("\u2028", "\\u2028");
  const lines = names.map((name, i) =>
    `layer { name: ${quote(name)} type: "Power" bottom: ${quote(names[i - 1] ?? "data")}
       top: ${quote(name)} power_param { shift: ${i} } }`
  );
  const text = `name: "*/ Deno.exit(3) /*" input: "data" input_shape { dim: 1 dim: 2 }
    ${lines.join("\n")}`;
  const bytes = new TextEncoder().encode(text);
  return write("hostile", convert({ bytes, name: "hostile" }, { transforms: [] }));
}

/** A network whose layers have the names of other layers' blobs. */
function crossed(): Written {
  const layer = (name: string, bottom: string, top: string) =>
    `layer { name: "${name}" type: "Power" bottom: "${bottom}" top: "${top}"
       power_param { power: 2 shift: ${name.length} } }`;
  const text = `input: "data" input_shape { dim: 1 dim: 3 }
    ${layer("b", "data", "aa")} ${layer("aa", "aa", "b")} ${layer("ccc", "b", "b")}
    ${layer("dddd", "b", "d")} ${layer("d", "aa", "dddd")}`;
  const bytes = new TextEncoder().encode(text);
  return write("crossed", convert({ bytes, name: "crossed" }, { transforms: [] }));
}

/** A network of more layers in a row than a compiler could follow as one chain. */
function deep(): Written {
  const layers = Array.from(
    { length: 1500 },
    (_, i) =>
      `layer { name: "l${i}" type: "Power" bottom: "${i === 0 ? "data" : `l${i - 1}`}" top: "l${i}"
       power_param { power: 2 shift: -1 } }`,
  );
  const text = `input: "data" input_shape { dim: 1 dim: 3 } ${layers.join(" ")}`;
  const bytes = new TextEncoder().encode(text);
  return write("deep", convert({ bytes, name: "deep" }, { transforms: [] }));
}

Deno.test("written classes type-check, and compute the same as their bundles", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    const all = [...recorded(), hostile(), crossed(), deep()];
    const files = all.map(({ name, source }) => {
      const file = `${folder}/${name}.ts`;
      Deno.writeTextFileSync(file, source);
      return file;
    });
    const checked = await new Deno.Command(Deno.execPath(), {
      args: ["check", "--quiet", ...files],
      stdout: "piped",
      stderr: "piped",
    }).output();
    assert(checked.success, new TextDecoder().decode(checked.stderr).slice(0, 2000));
    for (const [i, { name, model }] of all.entries()) {
      const { Written } = await import(`file://${files[i]}`);
      await expectSame(name, model, Written);
    }
    assert(all.length > 400);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

async function expectSame(name: string, model: Model, Written: typeof Network): Promise<void> {
  const chunks = [...writeBundle(model)];
  const bundle = await new Blob(chunks).bytes();
  const alone = await Network.load(bundle, { device: "cpu" });
  const written = await Written.load(bundle, { device: "cpu" });
  assert.deepEqual(written.outputs, alone.outputs, name);
  assert.deepEqual(written.inputs, alone.inputs, name);
  const inputs = Object.fromEntries(alone.inputs.map(({ name, shape }) => {
    const data = Float32Array.from({ length: count(shape) }, (_, i) => Math.sin(i * 1.7) * 2);
    return [name, { shape, data }];
  }));
  const blobs = [...model.graph.names.keys()];
  const expected = await alone.run(inputs, { outputs: blobs });
  const actual = await written.run(inputs, { outputs: blobs });
  for (const blob of blobs) assert.deepEqual(actual[blob], expected[blob], `${name}: ${blob}`);
}

Deno.test("a class has one line per layer", () => {
  const text = `name: "Tiny net" input: "data" input_shape { dim: 1 dim: 1 dim: 6 dim: 6 }
    layer { name: "conv1" type: "Convolution" bottom: "data" top: "conv1"
      convolution_param { num_output: 2 kernel_size: 3 stride: 2 weight_filler { value: 1 } } }
    layer { name: "relu1" type: "ReLU" bottom: "conv1" top: "conv1" }
    layer { name: "pool1" type: "Pooling" bottom: "conv1" top: "pool1"
      pooling_param { kernel_size: 2 } }
    layer { name: "join" type: "Concat" bottom: "conv1" bottom: "conv1" top: "join" }`;
  const bytes = new TextEncoder().encode(text);
  const model = convert({ bytes, name: "tiny" });
  assert.equal(
    writeSource(model),
    `/**
 * A network converted from Caffe. Load it with the weights of its bundle:
 * \`const network = await TinyNet.load(bundle)\`.
 *
 * @module
 */
import { Network } from "./runtime/mod.ts";

export class TinyNet extends Network {
  protected override setup(): void {
    this.input("data", [1, 1, 6, 6]);

    this.feed("data")
      .conv2d("conv1", { output: 2, kernel: [3, 3], stride: [2, 2] }) // [1, 2, 2, 2]
      .relu("relu1").as("conv1") // [1, 2, 2, 2]
      .pool2d("pool1", { method: "max", kernel: [2, 2] }); // [1, 2, 1, 1]

    this.feed("conv1", "conv1")
      .concat("join"); // [1, 4, 2, 2]

    this.output("join", "pool1");
  }
}
`,
  );
});
