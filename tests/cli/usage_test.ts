import assert from "node:assert/strict";
import { doubling, Folder, pathOf } from "./command.ts";

/** Arguments, the exit code, and how the first line on standard error starts. */
const wrong: [args: string, code: number, message: string][] = [
  ["", 2, "kaffe: a command is missing"],
  ["convrt", 2, 'kaffe: unknown command "convrt" (did you mean "convert"?)'],
  ["help convrt", 2, 'kaffe: unknown command "convrt" (did you mean "convert"?)'],
  ["--vers", 2, 'kaffe: unknown option "--vers" (did you mean "--version"?)'],
  ["convert", 2, "kaffe convert: NETWORK is missing"],
  ["convert a b c", 2, 'kaffe convert: "c" is one argument too many'],
  ["convert a b c.npz", 2, 'kaffe convert: "c.npz" is one argument too many; -o c.npz writes it'],
  ["convert a b --caffemodel c", 2, "kaffe convert: the caffemodel is given twice: b and c"],
  [
    "convert a --caffemodle b",
    2,
    'kaffe convert: unknown option --caffemodle (did you mean "--caffemodel"?)',
  ],
  [
    "convert a --caffemodel --crop 3",
    2,
    "kaffe convert: --caffemodel needs a value: --caffemodel FILE",
  ],
  ["convert a --output b.npz", 2, 'kaffe convert: unknown option --output (did you mean "-o"?)'],
  ["convert a -o=b.npz", 2, 'kaffe convert: -o=b.npz: write a space instead of "=", -o b.npz'],
  ["convert a --crop=", 2, "kaffe convert: --crop needs a value: --crop N"],
  ["convert a --crop 3 --crop 4", 2, "kaffe convert: --crop is given twice"],
  ["convert a --no-optimize=1", 2, "kaffe convert: --no-optimize takes no value"],
  ["convert net --phase deploy", 2, 'kaffe convert: --phase must be test or train, not "deploy"'],
  [
    "convert net --weights f4",
    2,
    'kaffe convert: --weights must be float32 or float16 or int8, not "f4"',
  ],
  ["convert net --resize 1x2x3", 2, "kaffe convert: --resize needs a size like 224 or 256x224"],
  [
    "convert net --resize 99999",
    2,
    "kaffe convert: --resize needs a size of at most 100000000 pixels",
  ],
  ["convert a --scale 2", 2, 'kaffe convert: unknown option --scale (did you mean "--input-scale"'],
  ["convert net --crop 0", 2, "kaffe convert: --crop needs a size like 224 or 256x224, not "],
  ["convert net --crop 4x", 2, 'kaffe convert: --crop needs a size like 224 or 256x224, not "4x"'],
  [
    "convert net --mean a --mean-values 1",
    2,
    "kaffe convert: --mean and --mean-values cannot both be given",
  ],
  [
    "convert net --input-shape 1,2",
    2,
    'kaffe convert: --input-shape needs a name and a value like data=1,3,224,224, not "1,2"',
  ],
  [
    "convert net --input-shape data=1,3 --input-shape data=2,3",
    2,
    "kaffe convert: --input-shape data is given twice",
  ],
  [
    "convert net --inject twice=2 --inject twice:0=3",
    2,
    "kaffe convert: --inject twice:0 is given twice",
  ],
  [
    "upgrade net new.prototxt --inject twice=2 --inject twice=3",
    2,
    "kaffe upgrade: --inject twice:0 is given twice",
  ],
  ["convert net --data-output-path net", 2, "kaffe convert: net cannot be both read and written"],
  [
    "convert net --data-output-path x --code-output-path ./x",
    2,
    "kaffe convert: --data-output-path and --code-output-path are the same file",
  ],
  [
    "convert net --weights int8 --saved-model-output-path s",
    2,
    "kaffe convert: --weights has no effect without the bundle: --data-output-path is missing",
  ],
  [
    "convert net -o m.npz --tfjs-weights uint8",
    2,
    "kaffe convert: --tfjs-weights has no effect without TensorFlow.js's graph model: --tfjs-output-path",
  ],
  // Options are checked before a network is read.
  [
    "convert untyped --onnx-output-path m.onnx --onnx-weights uint8",
    2,
    'kaffe convert: --onnx-weights must be float32 or float16 or int8, not "uint8"',
  ],
  [
    "convert untyped --tfjs-output-path m --tfjs-weights int8",
    2,
    'kaffe convert: --tfjs-weights must be float32 or float16 or uint8, not "int8"',
  ],
  [
    "convert net -o m.npz --runtime ./runtime.js",
    2,
    "kaffe convert: --runtime has no effect without the class: --code-output-path is missing",
  ],
  [
    "convert net -o m.npz --ops ops.ts",
    2,
    "kaffe convert: --ops has no effect without the class: --code-output-path is missing",
  ],
  [
    "convert net -o m.npz --input data=x.npy",
    2,
    "kaffe convert: --input has no effect without --weights float16 or int8",
  ],
  ["classify model.npz", 2, "kaffe classify: PICTURE… is missing"],
  ["classify", 2, "kaffe classify: BUNDLE and PICTURE… are missing"],
  ["inspect", 2, "kaffe inspect: FILE… is missing"],
  ["convert net --level x", 2, 'kaffe convert: --level needs an integer, not "x"'],
  [
    "bench m.npz --batch 12345678901",
    2,
    'kaffe bench: --batch needs a positive integer of nine digits at most, not "12345678901"',
  ],
  [
    "verify a --golden b --tolerance -1",
    2,
    "kaffe verify: --tolerance needs a number of at least 0",
  ],
  ["classify empty picture --device cpu", 1, "Cannot read empty: it is empty"],
  ["convert untyped", 1, 'Cannot convert layer "a": it has no type'],
  ["run model.npz", 2, "kaffe run: --output is missing: -o out.npz"],
  [
    "verify model.npz",
    2,
    "kaffe verify: --golden is missing: --golden golden.npz, or --against tfjs",
  ],
  [
    "verify a --golden b --device tpu",
    2,
    'kaffe verify: --device must be gpu or cpu or reference, not "tpu"',
  ],
  [
    "bench net --device cpu --gpu-weights int8",
    2,
    "kaffe bench: --gpu-weights is for the GPU, not for --device cpu",
  ],
  [
    "run net --output o.npz --engine tfjs --autotune",
    2,
    "kaffe run: --autotune is for --engine kaffe; for TensorFlow.js use --backend",
  ],
  [
    "bench net --gpu-weights int4",
    2,
    'kaffe bench: --gpu-weights must be float32 or float16 or int8, not "int4"',
  ],
  [
    "convert net -o model.onnx",
    2,
    "kaffe convert: --data-output-path writes a .npz, not model.onnx; for that there is --onnx-output-path",
  ],
  ["run net picture -o out.PNG", 2, "kaffe run: --output writes a .npz or .npy, not out.PNG"],
  ["weights learns -o w.npy", 2, "kaffe weights: --output writes a .npz, not w.npy"],
  ["mean a.png -o mean.png", 2, "kaffe mean: --output writes a .binaryproto or .npy, not mean.png"],
  ["weights net other -o w.npz", 2, "kaffe weights: --output is for one model"],
  ["weights learns", 1, "Cannot show the weights of learns: it has none; give the caffemodel"],
  ["convert missing.prototxt", 1, "Cannot read missing.prototxt: there is no such file"],
  ["convert https://a.b/c", 1, "Cannot read https://a.b/c: it is an address"],
  ["inspect .", 1, "Cannot read .: it is a folder"],
  ["classify net ./", 1, "Cannot read ./: it is a folder; name the pictures in it, as ./*.jpg"],
  ["inspect empty", 1, "Cannot read empty: it is empty"],
  ["inspect broken", 1, "Cannot read broken:1:7: "],
  ["convert picture", 1, "Cannot read picture: it is a picture"],
  ["convert nothing", 1, "Cannot convert nothing: there are no layers in it; a network's file"],
  [
    "convert learns --caffemodel learns",
    1,
    "Cannot take the weights of learns: it is a prototxt without",
  ],
  [
    "convert colours --mean-values 104,117",
    1,
    "Cannot prepare pictures: there are 2 means, but the network's input has 3 channels",
  ],
  [
    "convert colours --resize 5x4 --crop 5",
    1,
    "Cannot prepare pictures: they are resized to [4, 5], which cannot be cropped to [5, 5]",
  ],
  [
    "classify net picture --device cpu",
    1,
    "Cannot read net: it is a network of Caffe's in text; kaffe convert makes a bundle",
  ],
];

/** A network that reads a picture of 5 × 5. */
const colours = `input: "data" input_shape { dim: 1 dim: 3 dim: 5 dim: 5 }
  layer { name: "relu" type: "ReLU" bottom: "data" top: "relu" }`;

/** A network that needs weights. */
const learns = `input: "data" input_shape { dim: 1 dim: 3 }
  layer { name: "ip" type: "InnerProduct" bottom: "data" top: "ip"
    inner_product_param { num_output: 2 } }`;

for (const [args, code, message] of wrong) {
  Deno.test(`kaffe ${args} exits with ${code}`, async () => {
    using folder = new Folder();
    folder.write("net", doubling);
    folder.write("empty", "");
    folder.write("broken", "name: }");
    folder.write("picture", "GIF89a");
    folder.write("colours", colours);
    folder.write("learns", learns);
    folder.write("untyped", 'layer { name: "a" }');
    folder.write("nothing", 'name: "nothing"');
    const before = folder.files;
    const ended = await folder.kaffe(...args.split(" ").filter((word) => word !== ""));
    assert.equal(ended.code, code, ended.stderr);
    const [first, second] = ended.stderr.split("\n");
    assert.ok(first!.startsWith(message), `${first} is not ${message}`);
    if (code === 2) assert.match(second!, /^see kaffe( \w+)? --help$/);
    else assert.doesNotMatch(ended.stderr, /\n {4}at /);
    assert.equal(ended.stdout, "");
    assert.deepEqual(folder.files, before);
  });
}

Deno.test("help lists all commands, and each command's help its options", async () => {
  using folder = new Folder();
  const help = await folder.done("--help");
  const names = [...help.matchAll(/^ {2}(\w+) /gm)].map(([, name]) => name!);
  assert.deepEqual(names, [
    "convert",
    "classify",
    "detect",
    "segment",
    "render",
    "validate",
    "run",
    "verify",
    "inspect",
    "weights",
    "mean",
    "bench",
    "upgrade",
    "serve",
    "report",
    "runtime",
    "layers",
  ]);
  const texts = await Promise.all(names.map((name) => folder.done(name, "--help")));
  texts.forEach((text, i) => assert.match(text, new RegExp(`^usage: kaffe ${names[i]} `, "m")));
  assert.match(texts[0]!, /-p, --phase test\|train/);
  for (const [i, text] of texts.entries()) {
    assert.match(text, new RegExp(`\nexamples?:\n  kaffe ${names[i]}`));
    // Lines fit into a terminal of 120 columns.
    assert.deepEqual(text.split("\n").filter((line) => line.length > 120), []);
  }
});

Deno.test("help COMMAND prints the same as COMMAND --help", async () => {
  using folder = new Folder();
  assert.equal(await folder.done("help", "mean"), await folder.done("mean", "--help"));
});

Deno.test("an empty file name is refused", async () => {
  using folder = new Folder();
  const { code, stderr } = await folder.kaffe("convert", "");
  assert.deepEqual([code, stderr.split("\n")[0]], [
    2,
    "kaffe convert: one of the files has an empty name",
  ]);
});

Deno.test("the version is that of the package", async () => {
  using folder = new Folder();
  const { version } = JSON.parse(Deno.readTextFileSync(pathOf("deno.json")));
  assert.equal(await folder.done("--version"), `kaffe ${version}\n`);
});

Deno.test("scripts/ has a script for each of these commands", async () => {
  using folder = new Folder();
  for (
    const name of [
      "convert",
      "classify",
      "validate",
      "run",
      "verify",
      "inspect",
      "bench",
      "upgrade",
      "layers",
    ]
  ) {
    const script = pathOf(`scripts/${name}.ts`);
    const { code, stdout } = await folder.deno("run", "--quiet", "-A", script, "--help");
    assert.equal(code, 0);
    assert.match(stdout, new RegExp(`usage: kaffe ${name} `));
  }
});
