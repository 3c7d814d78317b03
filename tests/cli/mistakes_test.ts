/**
 * Common mistakes: typos in a prototxt, the order of the files, and missing permissions.
 */
import assert from "node:assert/strict";
import { writeCaffemodel } from "../../lib/caffe/write.ts";
import { Folder, pathOf } from "./command.ts";

const input = 'input: "data" input_shape { dim: 1 dim: 3 dim: 8 dim: 8 }\n';

/** Layers with a typo, and the expected warning and error. */
const typos: [layer: string, position: string, warning: string, error: string][] = [
  [
    'layer { type: "Convolution" bottom: "data" top: "c" convolution_param { num_ouput: 2 } }',
    "2:73: ConvolutionParameter",
    '"num_ouput" (did you mean "num_output"?)',
    'Cannot convert layer "" (Convolution): its num_output is 0 or missing, but it must be',
  ],
  [
    'layer { type: "ReLU" botom: "data" top: "r" }',
    "2:22: LayerParameter",
    '"botom" (did you mean "bottom"?)',
    'Cannot convert layer "" (ReLU): it has 0 bottoms, but it needs exactly 1',
  ],
  [
    'layr { type: "ReLU" bottom: "data" top: "r" }',
    "2:1: NetParameter",
    '"layr" (did you mean "layer"?)',
    "Cannot convert net: there are no layers in it; a network's file lists them",
  ],
  [
    'layer { type: "Pooling" bottom: "data" top: "p" pooling_params { kernel_size: 2 } }',
    "2:49: LayerParameter",
    '"pooling_params" (did you mean "pooling_param"?)',
    'Cannot convert layer "" (Pooling): it has neither kernel_size nor global_pooling',
  ],
];

Deno.test("the warning about a typo precedes the error that it causes", async () => {
  using folder = new Folder();
  for (const [layer, position, field, error] of typos) {
    folder.write("net", input + layer);
    const warning = `Warning: net:${position} has no field ${field}; it is ignored\n`;
    const { code, stderr } = await folder.kaffe("convert", "net");
    assert.ok(stderr.startsWith(warning + error), stderr);
    assert.equal(code, 1);
    const inspected = await folder.kaffe("inspect", "net");
    assert.ok(inspected.stderr.startsWith(warning), inspected.stderr);
  }
  folder.write("net", input + typos[1]![0]);
  const { code, stderr } = await folder.kaffe("upgrade", "net", "new.prototxt");
  assert.equal(code, 0);
  assert.match(stderr, /^Warning: net:2:22: .* \(did you mean "bottom"\?\); it stays as it is\n$/);
});

const network = `${input}layer { name: "ip" type: "InnerProduct" bottom: "data" top: "ip"
  inner_product_param { num_output: 1 } }`;

Deno.test("weights before the network are refused, with the right order", async () => {
  using folder = new Folder();
  const data = new Float32Array(192);
  const blobs = [{ shape: [1, 192], data }, { shape: [1], data: data.subarray(0, 1) }];
  const layer = { name: "ip", type: "InnerProduct", bottoms: ["data"], tops: ["ip"], blobs };
  folder.write("deploy.prototxt", network);
  folder.write("net.caffemodel", writeCaffemodel({ name: "net", layers: [layer] }));
  folder.write("net.h5", Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a));
  for (const weights of ["net.caffemodel", "net.h5"]) {
    const { code, stderr } = await folder.kaffe("convert", weights, "deploy.prototxt");
    assert.equal(
      stderr,
      `Cannot convert the network: ${weights} is the weights and deploy.prototxt the network: ` +
        "the prototxt comes first\n",
    );
    assert.equal(code, 1);
  }
  await folder.done("convert", "deploy.prototxt", "net.caffemodel");
  const alone = await folder.kaffe("convert", "net.caffemodel");
  assert.match(alone.stderr, /--input-shape data=\S+, or pass the deploy\.prototxt before it\n/);
  const untyped = { ...layer, type: "" };
  folder.write("untyped.caffemodel", writeCaffemodel({ name: "net", layers: [untyped] }));
  assert.match(
    (await folder.kaffe("convert", "untyped.caffemodel")).stderr,
    /^Cannot convert layer "ip": it has weights, but no type; give the prototxt first, and /,
  );
});

Deno.test("a missing permission is reported with the flag that grants it", async () => {
  using folder = new Folder();
  folder.write("net", `${input}layer { name: "r" type: "ReLU" bottom: "data" top: "r" }`);
  const convert = (...allowed: readonly string[]) => {
    const command = [pathOf("cli.ts"), "convert", "net", "-o", "x.npz"];
    return folder.deno("run", "--no-prompt", ...allowed, ...command);
  };
  for (
    const [allowed, error] of [
      [["--allow-read", "--allow-write"], "kaffe convert: requires env access to .*--allow-env"],
      [["--allow-env", "--allow-read"], "Cannot write x.npz: requires write access.*--allow-write"],
    ] as const
  ) {
    const { code, stderr } = await convert(...allowed);
    assert.match(stderr, new RegExp(`^${error} flag\n$`));
    assert.equal(code, 1);
  }
  assert.equal((await convert("--allow-env", "--allow-read", "--allow-write")).stderr, "");
  assert.ok(Deno.statSync(folder.at("x.npz")).isFile);
});
