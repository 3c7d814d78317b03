/**
 * Layers of forks that belong to no other folder.
 *
 * @module
 */
import type { Family } from "../layer.ts";
import { cccp } from "./cccp.ts";
import { codebookMaps } from "./codebook_maps.ts";
import { fractalJoins } from "./fractal_join.ts";
import { gradientLayers } from "./gradients.ts";
import { guidedDropout } from "./guided_dropout.ts";
import { lstmNode } from "./lstm_node.ts";
import { maxout } from "./maxout.ts";
import { mil } from "./mil.ts";
import { patchTransformers } from "./patch_transformer.ts";
import { sumPooling } from "./sum_pooling.ts";

export const others: readonly Family[] = [
  ["others", [guidedDropout, maxout, mil, sumPooling, ...gradientLayers]],
  ["FractalNet", fractalJoins],
  ["remote sensing", patchTransformers],
  ["captions", [lstmNode]],
  ["networks in networks", cccp],
  ["codebooks of normals and motion", codebookMaps],
];
