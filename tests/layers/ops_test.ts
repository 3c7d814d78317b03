/**
 * The ops that the table of layers declares, compared with those of the recorded networks.
 */
import assert from "node:assert/strict";
import { layerRows } from "../../lib/layers/mod.ts";
import { exists, lowerCase } from "../golden.ts";
import { readCases } from "../layer_cases.ts";
import { shared } from "../shared.ts";
import { Folder } from "../cli/command.ts";

/** Ops that no recorded network of Caffe's is lowered to, but a case in this folder. */
const shownElsewhere = [
  "BatchNorm affine",
  "BatchNorm relu",
  "BatchNorm standardize",
  "Concat reshape",
  "Convolution relu",
  "Convolution slice",
  "Crop reshape",
  "Crop slice",
  "Deconvolution permute",
  "Deconvolution slice",
  "Dropout power",
  "Eltwise affine",
  "Eltwise power",
  "Eltwise relu",
  "Eltwise reshape",
  "Eltwise tile",
  "Embed reshape",
  "Im2col conv2d",
  "Im2col permute",
  "Im2col reshape",
  "Im2col slice",
  "InfogainLoss softmax",
  "InnerProduct reshape",
  "LRN reshape",
  "MVN reshape",
  "PReLU reshape",
  "Pooling affine",
  "Pooling concat",
  "Pooling conv2d",
  "Pooling eltwise",
  "Pooling power",
  "Pooling reshape",
  "Pooling slice",
  "Pooling tile",
  "Python detectionOutput",
  "Python power",
  "ReLU clip",
  "ReLU relu6",
  "ReLU threshold",
  "Reshape permute",
  "Scale clip",
  "Slice reshape",
  "Softmax affine",
  "Softmax eltwise",
  "Softmax power",
  "Softmax reshape",
  "Softmax threshold",
  "Softmax tile",
];

/** The ops that layers of each type are lowered to in the networks of a folder. */
function loweredOps(folder: URL): Map<string, Set<string>> {
  const ops = new Map<string, Set<string>>();
  for (const [name, meta] of readCases(folder)) {
    if (name === "eltwise_sum_inplace") continue; // It is refused.
    for (const { type, nodes } of lowerCase(new URL(`${name}/`, folder), meta).layers) {
      const known = ops.get(type) ?? new Set();
      // A view of a blob that was overwritten is no part of the layer that reads it.
      const own = nodes.filter(({ output }) => !output.name.endsWith("/view"));
      for (const { op } of own) known.add(op);
      ops.set(type, known);
    }
  }
  return ops;
}

function check(folder: URL, families: (family: string) => boolean): void {
  const ops = loweredOps(folder);
  for (const row of layerRows().filter(({ type }) => ops.has(type))) {
    const actual = ops.get(row.type)!;
    const undeclared = [...actual].filter((op) => !row.ops.includes(op));
    assert.deepEqual(undeclared, [], `${row.type} does not declare all ops that it is lowered to`);
    if (!families(row.family)) continue;
    const unseen = row.ops.filter((op) =>
      !actual.has(op) && !shownElsewhere.includes(`${row.type} ${op}`)
    );
    assert.deepEqual(unseen, [], `${row.type} declares ops that it is never lowered to`);
  }
}

Deno.test("Caffe's layers are lowered to the ops in the table", () => {
  check(new URL("../goldens/layers/", import.meta.url), (family) => family === "Caffe");
});

const forks = new URL("goldens/forks/", shared);

Deno.test({
  name: "layers of forks are lowered to ops in the table",
  ignore: !exists(forks),
  fn: () => check(forks, () => false),
});

Deno.test("kaffe layers prints the table", async () => {
  using folder = new Folder();
  const text = await folder.done("layers");
  assert.match(text, /^layer +family +ops\n/);
  assert.match(text, /^SPP +Caffe +concat, pool2d, reshape$/m);
  assert.match(text, /^DetectionOutput +SSD +detectionOutput$/m);
  assert.match(text, /^ConvolutionReLU +SkimCaffe +clip, conv2d, conv3d, relu, relu6, reshape, /m);
  const rows = JSON.parse(await folder.done("layers", "--json"));
  assert.deepEqual(rows, layerRows());
});
