/**
 * Cases of each op, on asymmetric shapes.
 *
 * @module
 */
import type { OpName } from "../../runtime/ops/mod.ts";
import { count, type Shape, type Tensor } from "../../runtime/tensor.ts";
import { Random } from "../random.ts";
import { tensor } from "../tensor.ts";
import { conv2dCases, moved } from "./conv2d_cases.ts";
import type { Case } from "./op_case.ts";
import { regionCases } from "./region_cases.ts";

const ones = (shape: Shape): Tensor => tensor(shape, ...new Float32Array(count(shape)).fill(1));

/** Weights that are small enough for a recurrent layer not to amplify rounding errors. */
const faint = (shape: Shape): Tensor => new Random(9).tensor(shape, -0.05, 0.05);

/** Five different values, each many times. */
const repeated = (shape: Shape): Tensor => ({
  shape,
  data: Float32Array.from({ length: count(shape) }, (_, i) => i * 7 % 5),
});

const image = [2, 4, 5, 7];
const unary = [[{}, [3, 5]]] as const;

/** The cases by op. */
export const opCases: { readonly [Name in OpName]: readonly Case<Name>[] } = {
  affine: [
    [{}, image, [4], [4]],
    [{ terms: "scale", axis: 2 }, image, [5, 7]],
    [{ terms: "offset", axis: -1 }, image, [7]],
    [{}, [3, 2], [], []],
  ],
  argMax: [
    [{}, [2, 9, 3]],
    // Each row of an image by itself.
    [{}, [2, 5, 3, 6]],
    [{ axis: -1, top: 3 }, [4, 5, 6]],
    [{ axis: 0, top: 2, result: "value" }, [5, 3]],
    [{ top: 3 }, repeated([2, 300, 3])],
    [{ axis: -1, top: 3, result: "value" }, [3, 130]],
    [{}, tensor([1, 128], ...new Float32Array(128).fill(-Infinity))],
  ],
  batchNorm: [
    [{ eps: 0.5 }, image, [4], [4]],
    [{ eps: 2 }, [3, 5], [5], [5]],
    // Beyond float32.
    [{ eps: 1e39 }, image, [4], [4]],
  ],
  concat: [
    [{}, [2, 3, 4], [2, 1, 4], [2, 5, 4]],
    [{ axis: 0 }, [2, 3], [1, 3]],
    [{ axis: -1 }, [2, 2, 3], [2, 2, 7]],
    [{ axis: 2 }, [2, 3, 9], [2, 3, 40]],
  ],
  correlation: [
    [{ displacement: 4, pad: 4, kernel: 3, stride: 2, step: 2 }, [2, 3, 9, 16], [2, 3, 9, 16]],
    [{ displacement: 2, pad: 2 }, [2, 3, 5, 6], [2, 3, 5, 6]],
    [{ displacement: 2, pad: 3, kernel: 3, step: 2, compare: "difference" }, image, image],
    [{ displacement: 2, pad: 2, flat: true }, [2, 3, 4, 6], [2, 3, 4, 6]],
  ],
  conv2d: conv2dCases,
  conv3d: [
    [
      { output: 4, kernel: [2, 3, 1], stride: [1, 2, 3], pad: [1, 0, 2], group: 2 },
      [2, 2, 3, 4, 5],
      [4, 1, 2, 3, 1],
      [4],
    ],
    [
      { output: 3, kernel: [1, 1, 2], dilation: [1, 1, 3], bias: false },
      [1, 2, 3, 4, 5],
      [3, 2, 1, 1, 2],
    ],
  ],
  crop: [
    [{ offsets: [1, 3] }, image, [2, 4, 3, 2]],
    [{ axis: 1, offsets: [2] }, [2, 5, 6], [9, 3, 1]],
  ],
  ctcGreedy: [
    [{}, [9, 2, 3]],
    [{ blank: -1, merge: false }, [7, 3, 2]],
    [{}, [9, 2, 200]],
    [{}, repeated([4, 2, 133])],
  ],
  detectionOutput: [[
    { classes: 2, code: "centerSize" },
    [2, 3 * 4],
    [2, 3 * 2],
    tensor(
      [1, 2, 12],
      ...[0, 0, 0.5, 0.4],
      ...[0.1, 0.2, 0.6, 0.9],
      ...[0.3, 0, 1, 1],
      ...new Array(12).fill(0.1),
    ),
  ]],
  downsample: [[{ size: [2, 4] }, image], [{}, [1, 2, 9, 8], [1, 1, 4, 3]]],
  deconv2d: [
    [{ output: 6, kernel: [3, 2], group: 2, ...moved }, image, [4, 3, 3, 2], [6]],
    [{ output: 3, kernel: [1, 4], stride: [3, 1], bias: false }, image, [4, 3, 1, 4]],
    [{ output: 10, kernel: [4, 4], stride: [2, 2], pad: [1, 1] }, image, [4, 10, 4, 4], [10]],
    [{ output: 4, kernel: [3, 9], stride: [2, 5], pad: [1, 3], group: 4 }, image, [4, 1, 3, 9], [
      4,
    ]],
    // In fours: groups of whole quads, dilation, more padding than the stride.
    [{ output: 12, kernel: [3, 2], group: 2, ...moved }, [2, 8, 5, 7], [8, 6, 3, 2], [12]],
    [{ output: 8, kernel: [3, 2], group: 2, ...moved }, [2, 8, 5, 7], [8, 4, 3, 2], [8]],
    [
      { output: 5, kernel: [5, 4], stride: [2, 1], pad: [3, 2], dilation: [1, 3] },
      [2, 6, 5, 7],
      [6, 5, 5, 4],
      [5],
    ],
    [{ output: 6, kernel: [2, 3], stride: [2, 3], bias: false }, [1, 3, 4, 3], [3, 6, 2, 3]],
    [{ output: 6, kernel: [4, 4], stride: [2, 2], pad: [1, 1] }, [1, 96, 3, 2], [96, 6, 4, 4], [6]],
  ],
  dense: [
    [{ output: 6 }, [3, 5, 2], [6, 10], [6]],
    [{ output: 5, bias: false, axis: 2 }, [2, 3, 8], [5, 8]],
    [{ output: 3, axis: -1 }, [2, 3, 7], [3, 7], [1, 1, 1, 3]],
    [{ output: 70 }, [9, 5], [70, 5], [70]],
    [{ output: 6 }, [10, 1100], [6, 1100], [6]],
  ],
  eltwise: [
    [{}, [2, 3], [2, 3], [2, 3]],
    [{ coefficients: [1, -2, 0.5] }, [5], [5], [5]],
    [{ operation: "product" }, [2, 3], [2, 3], [2, 3], [2, 3]],
    [{ operation: "max" }, [7], [7], [7]],
    [{ coefficients: [-3] }, [4]],
  ],
  flowWarp: [
    [{}, image, [2, 2, 5, 7]],
    // Two groups of channels, and windows; then absolute positions, some of them outside.
    [{ kernel: [3, 2], ...moved }, image, [2, 24, 2, 4]],
    [
      { stride: [0, 0] },
      [1, 3, 2, 5],
      tensor([1, 2, 1, 6], 0, 4, 3.25, 1.5, -0.1, 4.9, 0, 1, 1.75, 0.5, 1, 1.9),
    ],
  ],
  gather: [[{}, tensor([2, 3], 4, 0, 1, 3, 2, 4), [5, 2, 3]]],
  im2col: [[{ kernel: [3, 2], ...moved }, image]],
  interp: [
    [{ size: [9, 4] }, image],
    [{ shrink: 2, zoom: 3, cut: [1, 0] }, image],
    [{ size: [3, 2] }, [2, 3, 1, 3]],
    [{ scale: 1.7, alignCorners: false }, image],
    [{ size: [2, 9], alignCorners: false }, image],
    [{ scale: 2, cut: [0, 1] }, image],
  ],
  lrn: [
    [{ size: 3, alpha: 2, beta: 0.6, k: 2 }, image],
    [{ size: 9, alpha: 2 }, image],
    [{ region: "within", size: 3, alpha: 4 }, image],
    [{ region: "within", size: 5, alpha: 3 }, [2, 3, 7, 3]],
  ],
  meanField: [
    [
      { iterations: 2, alpha: 3, beta: 0.5, gamma: 1.5 },
      [2, 3, 4, 5],
      [2, 3, 4, 5],
      [2, 3, 4, 5],
      [3, 6],
    ],
  ],
  norm: [[{}, image], [{ axis: -1 }, [3, 5]], [{}, [2, 300, 3]], [{}, [2, 5, 3, 4]]],
  normalize: [
    [{}, image],
    [{}, [2, 5, 3, 4]],
    [{}, [2, 300, 3]],
    [{ acrossSpatial: true, eps: 0.5 }, image],
  ],
  permute: [
    [{ order: [0, 2, 3, 1] }, image],
    [{ order: [2, 0, 1] }, [3, 4, 5]],
    [{ order: [0, 2, 1, 3] }, [2, 3, 5, 11]],
  ],
  pool2d: [
    [{ method: "max", kernel: [3, 2], stride: [2, 3], pad: [2, 1] }, image],
    [{ method: "average", kernel: [3, 2], stride: [2, 3], pad: [1, 0] }, image],
    [{ method: "argmax", kernel: [2, 3], stride: [3, 2], round: "floor" }, image],
    [{ method: "argmax", kernel: [3, 3], stride: [2, 1], pad: [2, 1] }, [2, 3, 6, 9]],
    [{ method: "average", global: true }, image],
    // Tiles of an odd number of rows, of a part of the columns, and windows too large for them.
    [{ method: "max", kernel: [3, 3], pad: [1, 1] }, [2, 6, 5, 31]],
    [{ method: "average", kernel: [3, 3], pad: [1, 2], stride: [1, 2] }, [1, 5, 7, 40]],
    [{ method: "average", kernel: [1, 25], stride: [1, 7], pad: [0, 24] }, [1, 4, 3, 70]],
    [{ method: "max", kernel: [6, 5], stride: [2, 2] }, [1, 4, 11, 12]],
    // Images so large that real GPUs read them row by row.
    [{ method: "average", global: true }, [2, 6, 12, 13]],
    [{ method: "max", global: true }, [1, 5, 9, 16]],
    [{ method: "argmax", global: true }, [1, 8, 12, 11]],
  ],
  prelu: [[{}, image, [4]], [{}, [3, 5], [1]]],
  priorBox: [
    [{ boxes: [3, 3, 5, 2.5] }, [1, 2, 3, 4], [1, 3, 30, 50]],
    [{ boxes: [9, 4], clip: true, image: [20, 30], step: [7, 9], offset: 0.25 }, image, image],
    [{ boxes: [3, 4, 5, 2.5], down: [0.5, 1] }, [1, 2, 3, 4], [1, 3, 30, 50]],
  ],
  proposal: [{}, { whole: true }, { keepsSmall: true }].map((settings) => [
    { stride: 4, anchors: [-3, -1, 6, 4, -2, -5, 5, 8], smallest: 3, keep: 9, ...settings },
    [1, 4, 3, 5],
    [1, 8, 3, 5],
    tensor([1, 3], 14, 21, 1.5),
  ]),
  recurrent: [
    [{ kind: "lstm" }, [3, 2, 12], tensor([3, 2], 0, 1, 1, 0, 1, 1), [1, 2, 3], [1, 2, 3], [12, 3]],
    [{ kind: "lstm" }, [2, 3, 28], ones([2, 3]), [1, 3, 7], [1, 3, 7], [28, 7]],
    [{ kind: "tanh" }, [2, 3, 70], tensor([2, 3], 0, 1, 1, 1, 0, 1), [1, 3, 70], [70, 70]],
    // Enough steps for rounding errors to grow, and enough units to need much memory.
    [{ kind: "tanh" }, [2, 1, 1501], ones([2, 1]), [1, 1, 1501], faint([1501, 1501])],
    [{ kind: "lstm" }, [70, 1, 1024], ones([70, 1]), [1, 1, 256], [1, 1, 256], faint([1024, 256])],
    [{ kind: "tanh" }, [120, 1, 300], ones([120, 1]), [1, 1, 300], faint([300, 300])],
  ],
  reduce: [
    [{ axis: 1 }, image],
    [{ operation: "magnitudes", coefficient: -2 }, image],
    [{ operation: "squares", axis: 2 }, image],
    [{ operation: "mean", axis: -1 }, image],
    [{ axis: 1 }, [3, 200]],
  ],
  ...regionCases,
  reorg: [[{ stride: 2 }, [2, 4, 6, 4]], [{ stride: 2, reverse: true }, [2, 8, 3, 5]]],
  reverse: [[{}, [3, 4]], [{ axis: -1 }, image]],
  reverseTime: [
    [{}, [4, 3, 2], tensor([3], 4, 1, 3)],
    [{ keepRest: true }, [4, 3, 2], tensor([3], 2, 4, 0)],
  ],
  resample: [
    [{ size: [3, 10] }, image],
    [{ method: "cubic", antialias: false }, image, [1, 1, 8, 4]],
    [{ method: "nearest", size: [9, 3] }, image],
    // The middle is equally far from two pixels.
    [{ method: "nearest", size: [25, 50] }, [1, 1, 2, 4]],
    [{ method: "cubic", size: [2, 13] }, image],
  ],
  reshape: [[{ shape: [0, -1] }, image], [{ shape: [7, 3], axis: 1, numAxes: 1 }, [2, 21, 2]]],
  selectRows: [[{}, [4, 3], tensor([4], 1, 0, 0, -2)]],
  slice: [[{ start: 1, end: 3 }, image], [{ axis: -1, start: 2, end: 7 }, image]],
  standardize: [
    [{}, image],
    [{ over: "sample", eps: 0.5 }, image],
    [{ over: "channel", epsUnderRoot: true, eps: 0.1 }, image],
    [{ divide: false }, image],
    [{}, [2, 3, 11, 13]],
    [{ over: "channel" }, [3, 2, 7, 11]],
  ],
  tile: [[{ tiles: 3 }, image], [{ axis: -1, tiles: 2 }, [3, 5]]],
  unpool: [[{}, [1, 2, 2, 3], tensor([1, 2, 2, 3], 0, 3.5, 5, 13, 20, 16, 7, 2, 4, 12, 20, 23)]],
  upsample: [[{ scale: [2, 3] }, image]],
  yoloOutput: [
    [{ classes: 3, boxes: 2, anchors: [1, 2, 3, 1], scores: "softmax" }, [2, 16, 3, 4]],
    [
      {
        ...{ classes: 2, boxes: 1, anchors: [1, 2, 3, 1], scores: "sigmoid", confidence: 0.3 },
        reach: [1.05, 1.2],
      },
      [1, 7, 3, 4],
      [1, 7, 2, 2],
    ],
  ],
  softmax: [
    [{}, [2, 300, 3]],
    [{}, [2, 9, 3]],
    // Each row of an image by itself.
    [{}, [2, 5, 3, 6]],
    // Four lines side by side.
    [{}, [2, 5, 3, 4]],
    [{ axis: -1 }, image],
    [{ axis: 0 }, [4]],
    // More than workgroups are used for.
    [{ axis: -1 }, [140, 129]],
  ],
  relu: [[{ slope: 0.2 }, [3, 5]], ...unary],
  relu6: [[{ slope: 0.1 }, [3, 5]]],
  swish: [[{ beta: 2 }, [3, 5]]],
  clip: [[{ min: -0.4, max: 0.3 }, [3, 5]], ...unary],
  elu: [[{ alpha: 2 }, [3, 5]]],
  sigmoid: unary,
  tanh: [...unary, [{}, tensor([6], 1e-4, -3e-4, 5e-4, -1e-5, 0, 2e-4)]],
  abs: unary,
  power: [
    [{ power: 3, scale: 2, shift: -0.5 }, [3, 5]],
    [{ power: 0.5, shift: 1.5 }, [3, 5]],
    [{ power: -1.3, shift: 2 }, [3, 5]],
    [{ power: -2, shift: 3 }, [3, 5]],
    [{ power: -1 }, tensor([1, 5, 1, 1], 0, 1, -2, 4, 0.5)],
    [{ power: -1.5, scale: 2, shift: -6 }, tensor([4], 3, 4, 5, 7)],
    [{ power: 0 }, [3, 5]],
  ],
  exp: [[{ base: 3, scale: 2, shift: -1 }, [3, 5]], ...unary],
  log: [[{ base: 3, scale: 0.5, shift: 2 }, [3, 5]], [{ shift: 2 }, [3, 5]]],
  bnll: unary,
  threshold: [[{ threshold: 0.3 }, [3, 5]]],
};
