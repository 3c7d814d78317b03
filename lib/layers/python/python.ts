/**
 * Python: a layer implemented in a Python module. The file has its name and a string of settings;
 * known ones are reimplemented here.
 *
 * @see https://github.com/BVLC/caffe/blob/master/include/caffe/layers/python_layer.hpp
 *
 * @module
 */
import { bool, message, string } from "../../../proto/message.ts";
import type { NetLayer, ParamField } from "../../caffe/net.ts";
import { checkCounts, defineLayer } from "../layer.ts";
import { textProposalLayer } from "../ocr/text_proposal.ts";
import { detLayer } from "../rcnn/det_layer.ts";
import { generateRoiLayer } from "../rcnn/generate_roi.ts";
import { maskLayer, mncProposalLayer, stageBridgeLayer } from "../rcnn/mnc.ts";
import { predToProposalLayer } from "../rcnn/pred_to_proposal.ts";
import { proposalLayer, sshProposalLayer } from "../rcnn/proposal.ts";
import { proposalTargetLayer } from "../rcnn/proposal_target.ts";
import { spatialDropoutLayer } from "../segnet/spatial_dropout.ts";
import { norm2Layers } from "./norm2.ts";
import { ordinalDecodeLayer } from "./ordinal_decode.ts";
import { type PythonLayer, readSettings } from "./python_layer.ts";
import { aggregateLayer, normalizeLayer } from "./rmac.ts";
import { spatialRepLayer } from "./spatial_rep.ts";

const table: readonly PythonLayer[] = [
  aggregateLayer,
  detLayer,
  generateRoiLayer,
  maskLayer,
  mncProposalLayer,
  ...norm2Layers,
  normalizeLayer,
  ordinalDecodeLayer,
  predToProposalLayer,
  proposalLayer,
  proposalTargetLayer,
  spatialDropoutLayer,
  spatialRepLayer,
  sshProposalLayer,
  stageBridgeLayer,
  textProposalLayer,
];

/** Post-processing layers of DIGITS for DetectNet, which are left out. */
const leftToPrograms: ReadonlyMap<string, string> = new Map([
  "caffe.layers.detectnet.clustering.ClusterDetections",
  "caffe.layers.detectnet.clustering.ClusterGroundtruth",
  "caffe.layers.detectnet.mean_ap.ScoreDetections",
  "caffe.layers.detectnet.mean_ap.mAP",
].map((
  name,
) => [name, "it groups or scores boxes, which is post-processing; its bottoms are outputs"]));

const known: ReadonlyMap<string, PythonLayer> = new Map(table.map((layer) => [layer.name, layer]));

const PythonParameter = message("PythonParameter", {
  module: string(1, ""),
  layer: string(2, ""),
  param_str: string(3, ""),
  share_in_parallel: bool(4, false),
});

const param = {
  name: "python_param",
  number: 130,
  message: PythonParameter,
} satisfies ParamField<unknown>;

export const python = defineLayer({
  type: "Python",
  ops: [
    "affine",
    "argMax",
    "clip",
    "concat",
    "conv2d",
    "dense",
    "detectionOutput",
    "eltwise",
    "exp",
    "gather",
    "normalize",
    "permute",
    "power",
    "proposal",
    "reduce",
    "relu",
    "reshape",
    "slice",
    "threshold",
    "tile",
  ],
  param,
  bottoms: [0, Infinity],
  tops: [0, Infinity],

  unknown(layer) {
    const name = nameOf(layer);
    return knownAs(name) !== undefined || leftToPrograms.has(name) ? undefined : `Python ${name}`;
  },

  leftOut: (layer) => leftToPrograms.get(nameOf(layer)),
  uses: (layer) => knownAs(nameOf(layer))?.uses,
  gives: (layer) => knownAs(nameOf(layer))?.gives,

  lower(instance) {
    const layer = knownAs(nameOf(instance.layer))!, { settings } = layer;
    checkCounts(layer, instance.layer);
    const { param_str } = instance.param;
    return layer.lower(instance, settings ? readSettings(param_str, settings) : new Map());
  },
});

function nameOf(layer: NetLayer): string {
  const { module, layer: name } = layer.param(param);
  return `${module}.${name}`;
}

/** The layer of a name, which may begin with the packages that its module was moved to. */
function knownAs(name: string): PythonLayer | undefined {
  const parts = name.split(".");
  return parts.map((_, i) => known.get(parts.slice(i).join("."))).find((layer) =>
    layer !== undefined
  );
}
