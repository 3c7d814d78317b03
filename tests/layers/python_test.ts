/**
 * Python layers: the syntax of their settings, and the supported layers.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { Network } from "../../runtime/mod.ts";
import { writeBundle } from "../../lib/emit/bundle.ts";
import { difference } from "../golden.ts";
import { readSettings } from "../../lib/layers/python/python_layer.ts";
import { tensor } from "./harness.ts";
import { runText } from "./text_layer.ts";

const allowed = ["feat_stride", "scales", "name"];
const read = (text: string) => Object.fromEntries(readSettings(text, allowed));

Deno.test("a param_str is YAML or a dictionary", () => {
  assert.deepEqual(read(""), {});
  assert.deepEqual(read("'feat_stride': 16"), { feat_stride: 16 });
  assert.deepEqual(read("feat_stride: 8\nscales: [2, 4.5]\n"), {
    feat_stride: 8,
    scales: [2, 4.5],
  });
  assert.deepEqual(read(`{"scales": (8,), 'name': "a b", "feat_stride": 4,}`), {
    scales: [8],
    name: "a b",
    feat_stride: 4,
  });
  // As in the networks for COCO.
  assert.deepEqual(read("'feat_stride': 16 \n'scales': !!python/tuple [4, 8, 16, 32]"), {
    feat_stride: 16,
    scales: [4, 8, 16, 32],
  });
  assert.deepEqual(
    read(
      `---\n# of the last layer\nfeat_stride: 16 # pixels\nscales:\n  - 8\n  - 16\nname: "#1 - a"\n`,
    ),
    { feat_stride: 16, scales: [8, 16], name: "#1 - a" },
  );
  assert.deepEqual(read("scales:\n- 8.5 # most\nfeat_stride: 2\n'phase': 'TEST'"), {
    scales: [8.5],
    feat_stride: 2,
  });
  // As in RON, whose layer splits it.
  assert.deepEqual(read("'name': 64,7,21 \nfeat_stride: 8"), { name: "64,7,21", feat_stride: 8 });
  assert.deepEqual(read("{'feat_stride': 8,'name': 7}"), { feat_stride: 8, name: 7 });
  // Spaces without end take no longer than they should.
  assert.deepEqual(read(`scales: 1,${" ".repeat(1e6)}name: b`), { scales: 1, name: "b" });
});

Deno.test("a param_str with other syntax is refused", () => {
  assert.throws(() => read("base_size: 4"), {
    message: `its param_str has "base_size", but only feat_stride, scales, name are supported`,
  });
  assert.throws(() => read("feat_stride: 4, 5"), {
    message: `its param_str has ", 5", but a name and a value are expected`,
  });
});

Deno.test("unknown Python layers are reported together, by module and class", () => {
  const layer = (name: string, text: string) =>
    `layer { name: "${name}" type: "Python" bottom: "x" top: "${name}" python_param { ${text} } }`;
  const text = [
    `input: "x" input_shape { dim: 1 }`,
    layer("target", `module: "rpn.anchor_target_layer" layer: "AnchorTargetLayer"`),
    layer("other", `module: "other" layer: "Thing"`),
  ].join("\n");
  const bytes = new TextEncoder().encode(text);
  assert.throws(() => convert({ bytes, name: "net.prototxt" }, { warn: () => {} }), {
    name: "TypeError",
    message: `Cannot convert the network: 2 layers have unsupported types:
  layer "target" (Python rpn.anchor_target_layer.AnchorTargetLayer) at net.prototxt:2:1
  layer "other" (Python other.Thing) at net.prototxt:3:1
A module that defines them can be given with --layers, or their definitions as \`layers\``,
  });
});

Deno.test("DetectNet's post-processing is left out, with a warning", () => {
  const text = `input: "x" input_shape { dim: 1 dim: 5 dim: 2 dim: 3 }
    layer { name: "coverage" type: "Sigmoid" bottom: "x" top: "coverage" }
    layer { name: "bboxes" type: "Power" bottom: "x" top: "bboxes" power_param { scale: 2 } }
    layer { name: "cluster" type: "Python" bottom: "coverage" bottom: "bboxes" top: "bbox-list"
      python_param { module: "caffe.layers.detectnet.clustering" layer: "ClusterDetections"
        param_str: "1248, 352, 16, 0.6, 3, 0.02, 22, 1" } }`;
  const warnings: string[] = [];
  const { graph } = convert({ bytes: new TextEncoder().encode(text), name: "net.prototxt" }, {
    warn: (message) => warnings.push(message),
  });
  assert.deepEqual(graph.outputs, ["bboxes", "coverage"]);
  assert.deepEqual(warnings, [
    'layer "cluster" is left out: it groups or scores boxes, which is post-processing; its ' +
    "bottoms are outputs",
  ]);
});

const spatialDropout = (phase: string, p: string) => ({
  bytes: new TextEncoder().encode(
    `input: "x" input_shape { dim: 1 dim: 2 dim: 1 dim: 3 }
    layer { name: "y" type: "Python" bottom: "x" top: "y"
      python_param { module: "spatial_dropout" layer: "SpatialDropoutLayer"
        param_str: "{\\'phase\\': \\'${phase}\\', \\'p\\': \\'${p}\\'}" } }`,
  ),
  name: "net.prototxt",
});

for (const [p, factor] of [["0.01", 1 / 0.99], ["0.1", 1 / 0.9], ["0.5", 2]] as const) {
  Deno.test(`SpatialDropoutLayer multiplies by 1 / (1 - ${p})`, async () => {
    const model = convert(spatialDropout("TEST", p));
    const bundle = new Blob([...writeBundle(model)]);
    const network = await Network.load(bundle, { device: "reference" });
    const { y } = await network.run({ x: [1, -2, 3, 0, 5, 60] });
    const expected = Float32Array.from([1, -2, 3, 0, 5, 60], (x) => x * factor);
    assert(difference(y!.data, expected) < 1e-6);
    network.destroy();
  });
}

Deno.test("SpatialDropoutLayer is refused in training, and without its probability", () => {
  assert.throws(() => convert(spatialDropout("TRAIN", "0.1")), { message: /write 'TEST'/ });
  assert.throws(() => convert(spatialDropout("TEST", "1")), { message: /not between 0 and 1/ });
});

Deno.test("the module of a Python layer may be in packages", () => {
  const layer = (module: string) =>
    `layer { name: "y" type: "Python" bottom: "hints" bottom: "image" top: "y"
      python_param { module: "${module}" layer: "SpatialRepLayer" } }`;
  const inputs = { hints: tensor([1, 1, 1, 1], `3`), image: tensor([1, 1, 1, 2], `5 6`) };
  const { outputs } = runText(layer("lib.layers.caffe_traininglayers"), inputs);
  assert.deepEqual(outputs.y, tensor([1, 1, 1, 2], `3 3`));
  assert.throws(() => runText(layer("my_caffe_traininglayers"), inputs), {
    message: /\(Python my_caffe_traininglayers\.SpatialRepLayer\)/,
  });
});

Deno.test("SpatialRepLayer repeats numbers over an image, and refuses an image of them", () => {
  const layer = `layer { name: "y" type: "Python" bottom: "hints" bottom: "image" top: "y"
    python_param { module: "caffe_traininglayers" layer: "SpatialRepLayer" } }`;
  const image = tensor([2, 1, 2, 3], `1 2 3 4 5 6  7 8 9 10 11 12`);
  const { outputs } = runText(layer, { hints: tensor([2, 2, 1, 1], `1 2  3 4`), image });
  assert.deepEqual(
    outputs.y,
    tensor([2, 2, 2, 3], `1 1 1 1 1 1  2 2 2 2 2 2  3 3 3 3 3 3  4 4 4 4 4 4`),
  );
  assert.throws(() => runText(layer, { hints: image, image }), {
    message: /its bottoms are \[2, 1, 2, 3\] and .*, but they must be \[N, C, 1, 1\] and/,
  });
});

Deno.test("CTPN's ProposalLayer is refused without its settings, and with other bottoms", () => {
  const given = (settings: string, channels: number) => ({
    bytes: new TextEncoder().encode(
      `input: "scores" input_shape { dim: 1 dim: 20 dim: 2 dim: 3 }
      input: "deltas" input_shape { dim: 1 dim: ${channels} dim: 2 dim: 3 }
      input: "im_info" input_shape { dim: 1 dim: 3 }
      layer { name: "rois" type: "Python" bottom: "scores" bottom: "deltas" bottom: "im_info"
        top: "rois" top: "found" python_param { module: "layers.text_proposal_layer"
          layer: "ProposalLayer" param_str: "${settings}" } }`,
    ),
    name: "net.prototxt",
  });
  assert.throws(() => convert(given("", 20)), {
    message: /its param_str has no number feat_stride/,
  });
  assert.throws(() => convert(given("'feat_stride': 16", 40)), {
    message: /its bottoms are .*\[1, 40, 2, 3\].*, but they must be two of \[1, 20, H, W\]/,
  });
});

Deno.test("RON's DetLayer warns of what its program has elsewhere, and refuses other bottoms", () => {
  const given = (settings: string, classes = 4) => ({
    bytes: new TextEncoder().encode(
      `input: "objects" input_shape { dim: 1 dim: 20 dim: 2 dim: 3 }
      input: "classes" input_shape { dim: 1 dim: ${classes} dim: 20 dim: 3 }
      input: "moves" input_shape { dim: 1 dim: 40 dim: 2 dim: 3 }
      layer { name: "rois" type: "Python" bottom: "objects" bottom: "classes" bottom: "moves"
        top: "rois" top: "scores" python_param { module: "ron_layer.det_layer" layer: "DetLayer"
          param_str: "${settings}" } }`,
    ),
    name: "net.prototxt",
  });
  const warnings: string[] = [];
  const warn = (message: string) => warnings.push(message);
  convert(given("'stride_scale_numcls': 64,7,4\\n'base_size': 32"), { warn });
  assert.deepEqual(warnings, []);
  convert(given("'stride_scale_numcls': 64,7,4"), { warn });
  assert.match(warnings.join(), /^layer "rois": its program has .*, add 'base_size': 38 to the/);
  assert.throws(() => convert(given("'base_size': 32")), {
    message: /its stride_scale_numcls must be three numbers above 0/,
  });
  assert.throws(() => convert(given("'stride_scale_numcls': 8,1,5\\n'base_size': 32")), {
    message:
      /its bottoms are .*, but they must be \[1, 20, 2, 3\], \[1, 5, 20, 3\], \[1, 40, 2, 3\]/,
  });
});
