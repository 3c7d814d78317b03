/**
 * Generates weights for an untrained network: random numbers seeded by the names of the layers,
 * scaled so that activations neither vanish nor explode.
 *
 * @module
 */
import type { NetLayer } from "../../lib/caffe/net.ts";
import { selectLayers } from "../../lib/caffe/phase.ts";
import { readNet } from "../../lib/caffe/read.ts";
import { writeCaffemodel, type WrittenLayer } from "../../lib/caffe/write.ts";
import type { BlobSpec } from "../../lib/layers/layer.ts";
import { layers as known } from "../../lib/layers/mod.ts";
import { lower } from "../../lib/lowering/lower.ts";
import { crc32 } from "../../runtime/bundle/crc32.ts";
import { count, type Shape } from "../../runtime/tensor.ts";
import { fill } from "../../scripts/write_recipe_model.ts";

/** Returns a caffemodel with generated weights for every learned blob of a network. */
export function weightsFor(
  prototxt: Uint8Array,
  inputShapes: ReadonlyMap<string, Shape>,
): Uint8Array {
  const net = selectLayers(readNet(prototxt, { file: "net.prototxt" }), {
    phase: "TEST",
    level: 0,
    stages: [],
  });
  const shapes = new Map<string, Shape>();
  const lowered = lower(net, { inputShapes }).layers;
  for (const { name, type, tops } of lowered) {
    if (type === "Input") shapes.set(name, tops[0]!.shape);
  }
  const added = addedTops(net.layers);
  const first = lowered.length - net.layers.length;
  const written = net.layers.map((layer, position): WrittenLayer => {
    const { tops } = lowered[first + position]!;
    const bottoms = layer.bottoms.map((name) => shapes.get(name)!);
    layer.tops.forEach((name, i) => tops[i] && shapes.set(name, tops[i].shape));
    const specs = specsOf(layer, bottoms);
    const gain = layer.tops.some((top) => added.has(top)) ? 0.3 : 1;
    const blobs = specs.map((spec, i) => blobOf(layer, spec, i, gain));
    const { name, type } = layer;
    return { name, type, bottoms: [], tops: [], blobs };
  });
  return writeCaffemodel({
    name: net.name,
    layers: written.filter(({ blobs }) => blobs.length > 0),
  });
}

/** The learned blobs of a layer; none if a bilinear filler determines its weights. */
function specsOf(layer: NetLayer, shapes: readonly Shape[]): readonly BlobSpec[] {
  const type = known.get(layer.type)!;
  const param = type.param === undefined ? {} : layer.param(type.param);
  const specs = type.blobs?.({ layer, param, shapes }) ?? [];
  const [weights] = specs;
  return weights?.filler?.type === "bilinear" ? [] : specs;
}

/** The blobs that are added to others; they need smaller values, or sums would keep growing. */
function addedTops(layers: readonly NetLayer[]): ReadonlySet<string> {
  return new Set(
    layers.filter(({ type }) => ["Eltwise", "Axpy"].includes(type)).flatMap(({ bottoms }) =>
      bottoms
    ),
  );
}

/** The scale factor of BatchNorm's accumulated mean and variance. */
const batches = 999;

function blobOf(
  { name, type }: NetLayer,
  { name: role, shape }: BlobSpec,
  i: number,
  gain: number,
) {
  // The initialization of He et al.: a ReLU halves the variance.
  const limit = Math.sqrt(6 / inputsOf(type, shape)) * gain;
  const near1 = [0.5 * gain, 1.5 * gain] as const;
  const ranges: Readonly<Record<string, readonly [low: number, high: number]>> = {
    scale: near1,
    slope: type === "PReLU" ? [0.05, 0.4] : near1,
    mean_sum: [-0.2 * batches, 0.2 * batches],
    variance_sum: [0.5 * batches, 1.5 * batches],
    scale_factor: [batches, batches],
    variance: [0.5, 1.5],
    divisor: [1, 1],
  };
  const isWeights = /(weights|kernels\d+|narrowing\d+)$/.test(role);
  // The blobs of a DenseBlock are numbered.
  const [low, high] = ranges[role.replace(/\d+$/, "")] ??
    (isWeights ? [-limit, limit] : [-0.1, 0.1]);
  const seed = crc32(new TextEncoder().encode(`${name}:${i}`));
  return { shape, data: fill({ shape, seed, low, high }) };
}

/** The number of products that are summed for one output element. */
function inputsOf(type: string, shape: Shape): number {
  if (type !== "Deconvolution") return count(shape.slice(1));
  // Kernels of twice the stride overlap along both axes; with one output per group it is depthwise.
  const [inputs, outputs, ...kernel] = shape as [number, number];
  return (outputs === 1 ? 1 : inputs) * count(kernel) / 4;
}
