/**
 * Ops with long loops per element: software GPUs silently end the loops of an invocation after
 * 65535 rounds in total, so the host computes such ops instead.
 */
import type { OpName } from "../../runtime/ops/mod.ts";
import { count, type Shape, type Tensor } from "../../runtime/tensor.ts";
import { engineVariants, gpu } from "../gpu.ts";
import { type Case, testOnGpu } from "./op_case.ts";

/** Increasing numbers, so that the last ones affect the results. */
const rising = (shape: Shape): Tensor => ({
  shape,
  data: Float32Array.from({ length: count(shape) }, (_, i) => i / count(shape)),
});

const cases: { readonly [Name in OpName]?: readonly Case<Name>[] } = {
  argMax: [[{}, rising([1, 3900001])], [{ top: 3, result: "value" }, rising([1, 1300000])]],
  conv2d: [
    [{ output: 2, kernel: [1, 1] }, [1, 33000, 1, 2], [2, 33000, 1, 1], [2]],
    [{ output: 2, kernel: [280, 260] }, [1, 1, 281, 261], [2, 1, 280, 260], [2]],
    [{ output: 4, kernel: [1, 1] }, [1, 270000, 1, 2], [4, 270000, 1, 1], [4]],
  ],
  conv3d: [[{ output: 1, kernel: [50, 40, 40] }, [1, 1, 50, 41, 40], [1, 1, 50, 40, 40], [1]]],
  correlation: [
    [{ displacement: 0, kernel: 3 }, rising([1, 6000, 3, 3]), rising([1, 6000, 3, 3])],
  ],
  ctcGreedy: [[{}, [1300, 1, 3001]]],
  deconv2d: [
    [{ output: 2, kernel: [3, 3] }, [1, 8000, 3, 3], [8000, 2, 3, 3], [2]],
    [{ output: 1, kernel: [280, 260], stride: [280, 260] }, [1, 1, 1, 2], [1, 1, 280, 260], [1]],
  ],
  dense: [
    [{ output: 3 }, [1, 65537], [3, 65537], [3]],
    [{ output: 3 }, [2, 270000], [3, 270000], [3]],
  ],
  downsample: [[{ size: [2, 3] }, rising([1, 1, 301, 599])]],
  norm: [[{}, rising([1, 4300000])]],
  normalize: [[{ acrossSpatial: true }, rising([1, 3, 1200, 601])]],
  pool2d: (["max", "average", "argmax", "weighted"] as const)
    .map((method) => [{ method, global: true }, rising([1, 4, 257, 301])]),
  psroiPool: [[{ output: 1, group: 1 }, rising([1, 1, 257, 301]), {
    shape: [1, 5],
    data: new Float32Array([0, 0, 0, 300, 256]),
  }]],
  roiPool: [[{ bins: [1, 1] }, rising([1, 1, 257, 301]), {
    shape: [1, 5],
    data: new Float32Array([0, 0, 0, 300, 256]),
  }]],
  reduce: [[{ axis: 1 }, rising([1, 4300000])]],
  resample: [[{ size: [2, 2] }, [1, 1, 301, 299]]],
  softmax: [[{}, rising([1, 1300001])]],
  standardize: [[{ over: "sample" }, rising([1, 1500000])]],
};

/** All but the engine that takes the software GPU for a hardware GPU, since it ends loops too. */
const engines = [
  ["as it is", gpu!],
  ...engineVariants.filter(([how]) => how !== "hardware"),
] as const;

for (const [name, some] of Object.entries(cases)) {
  testOnGpu(`${name} is right beyond 65535 rounds`, name as OpName, some as never, engines);
}
