/**
 * Writes trained weights as a caffemodel, in the layers of the original Caffe network.
 *
 * @module
 */
import type { MessageType } from "../../proto/mod.ts";
import type { Graph, Value } from "../../runtime/graph.ts";
import type { Shape } from "../../runtime/tensor.ts";
import type { Net, NetInput, NetLayer, ParamField } from "../caffe/net.ts";
import { layerParam, writeCaffemodel, type WrittenLayer } from "../caffe/write.ts";
import { layerOf, layers as known } from "../layers/mod.ts";
import { transpose } from "../transpose.ts";
import type { Learnable, LearnedBlob } from "./learnable_layers.ts";

/** The moving sums that BatchNorm stores, and their total weight. */
export interface StoredSums {
  /** The sum of the means of each channel. */
  readonly mean: Float32Array;
  /** The sum of the variances of each channel. */
  readonly variance: Float32Array;
  /** The sum of the weights of all batches, which decay. */
  readonly factor: number;
}

/** A constant with the learned blob of a layer. */
export interface LearnedConstant {
  readonly layer: string;
  readonly value: Value;
  /** Whether Caffe stores the matrix transposed. */
  readonly transposed: boolean;
}

/** The constants of a graph that hold the learned blobs of its layers; BatchNorm's do not. */
export function learnedConstants(graph: Graph, { blobs }: Learnable): LearnedConstant[] {
  const read = new Set(graph.nodes.flatMap(({ inputs }) => inputs));
  const byName = new Map([...graph.constants.keys()].map((value) => [value.name, value]));
  return [...blobs].flatMap(([layer, learned]) =>
    learned.flatMap((blob) => {
      const found = constantOf(layer, blob, byName);
      return found !== undefined && read.has(found.value) ? [found] : [];
    })
  );
}

/** The constant of a blob, or the constant that was derived from it. */
function constantOf(
  layer: string,
  { spec, value }: LearnedBlob,
  byName: ReadonlyMap<string, Value>,
): LearnedConstant | undefined {
  if (spec.name === "weights_transposed") {
    const matrix = byName.get(`${layer}/weights`);
    return matrix && { layer, value: matrix, transposed: true };
  }
  const reshaped = spec.name === "weights" ? byName.get(`${layer}/windows/weights`) : undefined;
  if (reshaped !== undefined) return { layer, value: reshaped, transposed: false };
  return byName.has(value.name) ? { layer, value, transposed: false } : undefined;
}

/**
 * The network as a caffemodel, including its settings.
 *
 * @param dataOf The current numbers of a constant; `undefined` if they are unchanged.
 * @param sumsOf The current sums of a BatchNorm layer; `undefined` if they are unchanged.
 */
export function writeOrigin(
  net: Net,
  graph: Graph,
  learnable: Learnable,
  dataOf: (value: Value) => Float32Array | undefined,
  sumsOf: (layer: string) => StoredSums | undefined,
): Uint8Array<ArrayBuffer> {
  const byName = new Map([...graph.constants.keys()].map((value) => [value.name, value]));
  const blobsOf = (layer: string) =>
    (learnable.blobs.get(layer) ?? []).map((blob, i) => {
      const { spec: { shape } } = blob;
      const sums = sumsOf(layer);
      if (sums !== undefined) {
        return { shape, data: [sums.mean, sums.variance, Float32Array.of(sums.factor)][i]! };
      }
      const found = constantOf(layer, blob, byName);
      const data = found && dataOf(found.value);
      if (data === undefined) return { shape, data: blob.data };
      return { shape, data: found!.transposed ? transpose(data, shape.toReversed()) : data };
    });
  const inputs = net.inputs.map((input, i) => inputLayer(input, graph.inputs[i]!.shape));
  return writeCaffemodel({
    name: net.name,
    layers: [...inputs, ...net.layers.map((layer) => writtenLayer(layer, blobsOf(layer.name)))],
  });
}

function inputLayer({ name }: NetInput, shape: Shape): WrittenLayer {
  const field = known.get("Input")!.param!;
  const params = [{ field, value: { shape: [{ dim: shape }] } }];
  return { name, type: "Input", bottoms: [], tops: [name], blobs: [], params };
}

function writtenLayer(layer: NetLayer, blobs: WrittenLayer["blobs"]): WrittenLayer {
  const { name, type, bottoms, tops } = layer;
  const field = layerOf(layer, known).type?.param;
  const params = field !== undefined && field.number > 0 && layer.hasParam(field)
    ? [layerParam(field, settingsOf(layer, field))]
    : [];
  return { name, type, bottoms, tops, blobs, params };
}

/** The settings of a layer that have a field number, so that a binary file can hold them. */
function settingsOf(layer: NetLayer, field: ParamField<unknown>): object {
  return numbered(field.message, layer.param(field) as object);
}

/** The fields that have a number, also in nested messages. */
function numbered({ fields }: MessageType<unknown>, value: object): object {
  const kept = Object.entries(value).filter(([name]) => fields[name]!.number > 0);
  return Object.fromEntries(kept.map(([name, value]) => {
    const { type } = fields[name]!;
    if (typeof type !== "object" || !("fields" in type) || value === undefined) {
      return [name, value];
    }
    const each = (one: object) => numbered(type, one);
    return [name, Array.isArray(value) ? value.map(each) : each(value)];
  }));
}
