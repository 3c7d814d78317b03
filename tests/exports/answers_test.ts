/** Layers of forks as ONNX models in ONNX Runtime, against the answers worked out for them. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { convert } from "../../lib/convert.ts";
import { writeOnnx } from "../../lib/emit/onnx/onnx_model.ts";
import { npyParts } from "../../lib/emit/npy.ts";
import { writeNpz } from "../../lib/emit/npz.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import forkAnswers from "../layers/fork_answers.json" with { type: "json" };
import networkAnswers from "../layers/network_answers.json" with { type: "json" };
import { type ExportedCase, hasPython, pythonForTests } from "./python.ts";
import { check, writeFiles } from "./recordings.ts";

const python = pythonForTests("check_onnx_models.py");

interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** A network whose inputs are x0, x1 …, and its learned blobs as `layer:index`. */
interface Answer {
  readonly name: string;
  readonly text: string;
  readonly inputs: readonly Numbers[];
  readonly blobs: Readonly<Record<string, Numbers>>;
  readonly outputs: readonly Numbers[];
}

const answers: readonly Answer[] = [
  ...forkAnswers.map(({ name, prototxt, bottoms, tops, blobs = [] }) => ({
    name,
    text: prototxt,
    inputs: bottoms,
    blobs: Object.fromEntries(blobs.map((blob, i) => [`y:${i}`, blob])),
    outputs: tops,
  })),
  ...networkAnswers,
  {
    name: "a region whose score is no probability",
    text: `input: "x0" input_shape { dim: 1 dim: 2 dim: 1 dim: 1 }
      input: "x1" input_shape { dim: 1 dim: 4 dim: 1 dim: 1 } input: "x2" input_shape { dim: 1 dim: 3 }
      layer { name: "rois" type: "Proposal" bottom: "x0" bottom: "x1" bottom: "x2" top: "rois"
        proposal_param { ratio: 1 scale: 1 } }`,
    inputs: [
      { shape: [1, 2, 1, 1], data: [0, -5] },
      { shape: [1, 4, 1, 1], data: [0, 0, 0, 0] },
      { shape: [1, 3], data: [20, 20, 1] },
    ],
    blobs: {},
    outputs: [{ shape: [1, 5], data: [0, 0, 0, 16, 16] }],
  },
  {
    name: "a region that is too narrow",
    text: `input: "x0" input_shape { dim: 1 dim: 2 dim: 1 dim: 2 }
      input: "x1" input_shape { dim: 1 dim: 4 dim: 1 dim: 2 } input: "x2" input_shape { dim: 1 dim: 6 }
      layer { name: "rois" type: "Proposal" bottom: "x0" bottom: "x1" bottom: "x2" top: "rois"
        proposal_param { ratio: 0.625 scale: 1 min_size: 8 } }`,
    inputs: [
      { shape: [1, 2, 1, 2], data: [0, 0, 0.6, 0.5] },
      { shape: [1, 4, 1, 2], data: [-0.5, 0, 0, 0, 0, 0, 0, 0] },
      { shape: [1, 6], data: [90, 90, 1, 2, 1, 2] },
    ],
    blobs: {},
    outputs: [{ shape: [2, 5], data: [0, 14, 1.5, 34, 14.5, 0, 0, 1.5, 8, 14.5] }],
  },
  {
    name: "the scores of two images in one row",
    text: `input: "x0" input_shape { dim: 2 dim: 4 } input: "x1" input_shape { dim: 1 dim: 4 }
      input: "x2" input_shape { dim: 1 dim: 2 dim: 4 }
      layer { name: "found" type: "DetectionOutput" bottom: "x0" bottom: "x1" bottom: "x2" top: "found"
        detection_output_param { num_classes: 2 } }`,
    inputs: [
      { shape: [2, 4], data: [0, 0, 0, 0, 0, 0, 0, 0] },
      { shape: [1, 4], data: [0.25, 0.75, 0.375, 0.625] },
      { shape: [1, 2, 4], data: [0, 0, 1, 1, 1, 1, 1, 1] },
    ],
    blobs: {},
    outputs: [{ shape: [1, 1, 2, 7], data: [0, 1, 0.75, 0, 0, 1, 1, 1, 1, 0.625, 0, 0, 1, 1] }],
  },
  {
    name: "a BReLU whose limits are in the wrong order",
    text: `input: "x0" input_shape { dim: 3 }
      layer { name: "y" type: "BReLU" bottom: "x0" top: "y" brelu_param { minval: 2 maxval: 1 } }`,
    inputs: [{ shape: [3], data: [0, 1.5, 3] }],
    blobs: {},
    outputs: [{ shape: [3], data: [2, 2, 2] }],
  },
  {
    name: "an LRN whose alpha is 0",
    text: `input: "x0" input_shape { dim: 1 dim: 2 dim: 1 dim: 1 }
      layer { name: "y" type: "LRN" bottom: "x0" top: "y" lrn_param { alpha: 0 beta: 2 k: 2 } }`,
    inputs: [{ shape: [1, 2, 1, 1], data: [4, 8] }],
    blobs: {},
    outputs: [{ shape: [1, 2, 1, 1], data: [1, 2] }],
  },
  {
    name: "images resized between permutations",
    text: `input: "x0" input_shape { dim: 1 dim: 2 dim: 2 dim: 1 }
      layer { name: "image" type: "Permute" bottom: "x0" top: "image"
        permute_param { order: 0 order: 3 order: 1 order: 2 } }
      layer { name: "i" type: "Interp" bottom: "image" top: "i" interp_param { height: 3 width: 2 } }
      layer { name: "u" type: "Upsample" bottom: "image" top: "u" upsample_param { scale: 2 } }
      layer { name: "y0" type: "Permute" bottom: "i" top: "y0"
        permute_param { order: 0 order: 2 order: 3 order: 1 } }
      layer { name: "y1" type: "Permute" bottom: "u" top: "y1"
        permute_param { order: 0 order: 2 order: 3 order: 1 } }`,
    inputs: [{ shape: [1, 2, 2, 1], data: [0, 1, 2, 3] }],
    blobs: {},
    outputs: [
      { shape: [1, 3, 2, 1], data: [0, 1, 1, 2, 2, 3] },
      { shape: [1, 4, 4, 1], data: [0, 0, 1, 1, 0, 0, 1, 1, 2, 2, 3, 3, 2, 2, 3, 3] },
    ],
  },
];

/** Layers with settings that ONNX has no operators for. */
const refused = /^(refinedet|roi_warping|psroi_align)_\d+$/;

Deno.test({
  name: "layers of forks give the same as ONNX models",
  ignore: !hasPython,
  fn: () =>
    check(python.process, (folder) => {
      const cases = answers.flatMap((answer, i) => writeCase(answer, join(folder, String(i))));
      assert.ok(cases.length > 300, `only ${cases.length} models`);
      return Promise.resolve(cases);
    }, 2e-5),
});

/** Writes a network as an ONNX model, and what it must answer; nothing, if ONNX cannot express it. */
function writeCase({ name, text, inputs, blobs, outputs }: Answer, path: string): ExportedCase[] {
  const inject = Object.entries(blobs).map(([where, blob]) => {
    const [layer, index] = where.split(":");
    return { layer: layer!, index: Number(index), value: tensor(blob) };
  });
  const bytes = new TextEncoder().encode(text);
  const { graph } = convert({ bytes, name: "net.prototxt" }, { inject, warn: () => {} });
  if (refused.test(name)) {
    assert.throws(
      () => [...writeOnnx({ graph })],
      /^TypeError: Cannot express the network in ONNX/,
    );
    return [];
  }
  const model = `${path}.onnx`, golden = `${path}.npz`;
  const members = [
    ...inputs.map((input, i) => [`input:x${i}`, input] as const),
    ...graph.outputs.map((output, i) => [`blob:${output}`, outputs[i]!] as const),
  ];
  const parts = members.map(([key, given]) => ({
    name: `${key}.npy`,
    parts: npyParts(tensor(given)),
  }));
  writeFiles(model, [{ name: "", chunks: writeOnnx({ graph }) }]);
  writeFiles(golden, [{ name: "", chunks: writeNpz(parts) }]);
  return [{ name, model, golden, inputs: null }];
}

function tensor({ shape, data }: Numbers): Tensor {
  return { shape, data: Float32Array.from(data) };
}
