/**
 * Activation functions that forks have added.
 *
 * @module
 */
import type { Family } from "../layer.ts";
import { apl } from "./apl.ts";
import { crelu } from "./crelu.ts";
import { eltwiseAffine } from "./eltwise_affine.ts";
import { hardSigmoid, hardSpellings, hardSwish, hSigmoid } from "./hard_sigmoid.ts";
import { mish } from "./mish.ts";
import { noise } from "./noise.ts";
import { relu6 } from "./relu6.ts";
import { rrelu } from "./rrelu.ts";
import { selu, seluDropout } from "./selu.ts";
import { signedSqrt } from "./signed_sqrt.ts";

export const activations: readonly Family[] = [
  ["MobileNet", [hardSigmoid, hardSwish, hSigmoid, relu6, ...hardSpellings]],
  ["YOLO", [mish]],
  ["other activations", [
    apl,
    crelu,
    eltwiseAffine,
    noise,
    ...rrelu,
    selu,
    seluDropout,
    signedSqrt,
  ]],
];
