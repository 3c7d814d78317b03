/**
 * Random networks of Caffe's layers with weights, inputs and results, reproducible by their seed.
 *
 * A layer is proposed, the network is lowered with it, and its tops are computed by reference. A
 * layer that is refused, or whose numbers are too large, is removed again.
 *
 * @module
 */
import { readNet } from "../../lib/caffe/read.ts";
import { writeCaffemodel, type WrittenLayer } from "../../lib/caffe/write.ts";
import type { BlobSpec } from "../../lib/layers/layer.ts";
import { layers } from "../../lib/layers/mod.ts";
import { lower, type Lowered } from "../../lib/lowering/lower.ts";
import { runNode } from "../../runtime/reference.ts";
import type { Value } from "../../runtime/graph.ts";
import { count, type Shape, type Tensor } from "../../runtime/tensor.ts";
import { difference } from "../golden.ts";
import { Random } from "../random.ts";
import { axisLayers } from "./axes.ts";
import { coarse, Draft, list, type Proposal } from "./draft.ts";
import { elementLayers } from "./elements.ts";
import { learnedLayers } from "./learned.ts";
import { windowLayers } from "./windows.ts";

/** A network, and its expected results. */
export interface RandomNetwork {
  readonly seed: number;
  readonly prototxt: string;
  /** The weights, if any layer has some. */
  readonly caffemodel: Uint8Array | undefined;
  readonly inputs: ReadonlyMap<string, Tensor>;
  /** All blobs, computed by reference without transforms. */
  readonly answers: ReadonlyMap<string, Tensor>;
  /** The effect of rounding on each blob, relative to its largest value. */
  readonly noise: ReadonlyMap<string, number>;
  /** The networks with layers that were refused, and the reasons. */
  readonly refused: readonly { readonly prototxt: string; readonly reason: string }[];
}

const table = [...windowLayers, ...elementLayers, ...axisLayers, ...learnedLayers];
const chances = table.reduce((sum, [chance]) => sum + chance, 0);

/** Ops that only move, compare or select values, and are bit-identical on all engines. */
const exactOps: ReadonlySet<string> = new Set(
  ("reshape concat slice permute crop tile upsample reorg relu abs clip argMax threshold im2col " +
    "gather reverse").split(" "),
);

/**
 * Makes a random network.
 *
 * @param length The approximate number of layers.
 * @param without Layer types to omit.
 */
export function grow(
  seed: number,
  length: number,
  without: ReadonlySet<string> = new Set(),
): RandomNetwork {
  const random = new Random(seed);
  const draft = new Draft(random);
  for (const shape of inputShapes(draft)) draft.input(coarse(random, shape));
  const lines: string[] = [];
  const written: WrittenLayer[] = [];
  const refused: { prototxt: string; reason: string }[] = [];
  for (let attempt = 0; lines.length < length && attempt < 4 * length; attempt++) {
    const proposal = propose(draft);
    if (proposal === undefined || without.has(proposal.type)) continue;
    const { text, tops } = spell(draft, proposal, lines.length);
    const whole = [header(draft), ...lines, text].join("\n");
    try {
      const blobs = learned(text, proposal, random);
      const added = blobs.length === 0 ? [] : [bare(text, blobs)];
      const { graph } = lowered(whole, [...written, ...added]);
      const values = compute(graph, draft);
      const results = tops.map((top) => values.get(graph.names.get(top)!)!);
      if (!results.every(isModest)) continue;
      lines.push(text);
      written.push(...added);
      const exact = proposal.exact === true && proposal.bottoms.every((blob) => blob.exact);
      draft.blobs = draft.blobs.filter(({ name }) => !tops.includes(name));
      tops.forEach((name, i) => draft.blobs.push({ name, tensor: results[i]!, exact }));
    } catch (error) {
      if (!(error instanceof TypeError)) throw Object.assign(error as Error, { prototxt: whole });
      refused.push({ prototxt: whole, reason: error.message });
    }
  }
  const prototxt = [header(draft), ...lines].join("\n");
  const caffemodel = written.length === 0
    ? undefined
    : writeCaffemodel({ name: `random${seed}`, layers: written });
  const { graph } = lowered(prototxt, written);
  const named = (values: Map<Value, Tensor>) =>
    new Map([...graph.names].map(([name, value]) => [name, values.get(value)!] as const));
  const answers = named(compute(graph, draft));
  const noisy = named(compute(graph, draft, new Random(seed)));
  const noise = new Map(
    [...answers].map(([name, { data }]) => [name, difference(noisy.get(name)!.data, data)]),
  );
  const inputs = new Map(draft.inputs.map(({ name, tensor }) => [name, tensor]));
  return { seed, prototxt, caffemodel, inputs, answers, noise, refused };
}

function inputShapes(draft: Draft): Shape[] {
  const batch = draft.random.pick([1, 1, 2, 3]);
  const channels = draft.random.pick([1, 2, 3, 4, 5, 8, 12, 16, 21, draft.between(1, 70)]);
  const most = channels > 16 ? 7 : 14;
  const image = [batch, channels, draft.between(1, most), draft.between(1, most)];
  const shapes: Shape[] = [image];
  if (draft.maybe(0.3)) shapes.push(image.with(1, draft.between(1, 8)));
  if (draft.maybe(0.2)) shapes.push(image.slice(0, 2));
  if (draft.maybe(0.25)) {
    shapes.push(Array.from({ length: draft.between(1, 5) }, () => draft.between(1, 6)));
  }
  return shapes;
}

function propose(draft: Draft): Proposal | undefined {
  let place = draft.random.next() * chances;
  for (const [chance, propose] of table) {
    place -= chance;
    if (place < 0) return propose(draft);
  }
  return undefined;
}

function header({ inputs }: Draft): string {
  return inputs.map(({ name, tensor: { shape } }) =>
    `layer { name: "${name}" type: "Input" top: "${name}" ` +
    `input_param { shape { ${list("dim", shape)} } } }`
  ).join("\n");
}

function spell(draft: Draft, proposal: Proposal, index: number) {
  const { type, bottoms, settings = "", tops: length = 1, mayBeInPlace = false } = proposal;
  const name = draft.maybe(0.1) ? `block/${type.toLowerCase()}${index}` : `${type}${index}`;
  const isInPlace = mayBeInPlace && length === 1 && draft.maybe(0.4);
  const tops = Array.from({ length }, (_, i) => {
    if (isInPlace) return bottoms[0]!.name;
    return i === 0 && draft.maybe(0.7) ? name : `b${index}_${i}`;
  });
  const quoted = (field: string, names: readonly string[]) =>
    list(field, names.map((name) => `"${name}"`));
  const text = `layer { name: "${name}" type: "${type}" ` +
    `${quoted("bottom", bottoms.map((blob) => blob.name))} ${quoted("top", tops)} ${settings} }`;
  return { text: text.replace(/ +/g, " "), tops };
}

function lowered(prototxt: string, written: readonly WrittenLayer[]): Lowered {
  const net = readNet(new TextEncoder().encode(prototxt));
  if (written.length === 0) return lower(net);
  return lower(net, { trained: readNet(writeCaffemodel({ name: "", layers: written })) });
}

/** Learned blobs for a layer. */
function learned(text: string, { bottoms }: Proposal, random: Random): Tensor[] {
  const layer = readNet(new TextEncoder().encode(text)).layers[0]!;
  const type = layers.get(layer.type)!;
  const param = type.param === undefined ? {} : layer.param(type.param);
  const specs = type.blobs?.({ layer, param, shapes: bottoms.map(({ tensor }) => tensor.shape) });
  return specs?.map((spec) => fill(spec, random)) ?? [];
}

function fill({ name, shape }: BlobSpec, random: Random): Tensor {
  if (name === "scale_factor") {
    return { shape, data: Float32Array.of(random.pick([0, 1, 2.5, 999])) };
  }
  if (/variance/.test(name)) return random.tensor(shape, 0.5, 1.5);
  const inputs = count(shape) / (shape[0] ?? 1);
  const reach = /weights/.test(name) ? 1.7 / Math.sqrt(inputs) : 1;
  return random.tensor(shape, -reach, reach);
}

/** A layer of a caffemodel with only its name, type and blobs. */
function bare(text: string, blobs: readonly Tensor[]): WrittenLayer {
  const [, name, type] = /name: "(.*?)" type: "(.*?)"/.exec(text)!;
  return { name: name!, type: type!, bottoms: [], tops: [], blobs };
}

/** All values by reference; with a source of noise, inexact ops are slightly perturbed. */
function compute(
  { inputs, states, constants, nodes }: Lowered["graph"],
  draft: Draft,
  noise?: Random,
): Map<Value, Tensor> {
  const values = new Map<Value, Tensor>();
  const given = new Map(draft.inputs.map(({ name, tensor }) => [name, tensor]));
  const stateInputs = new Set(states.map(({ input }) => input));
  for (const value of inputs) {
    const zeros = { shape: value.shape, data: new Float32Array(count(value.shape)) };
    values.set(value, stateInputs.has(value) ? zeros : given.get(value.name)!);
  }
  for (const [value, data] of constants) values.set(value, { shape: value.shape, data });
  for (const node of nodes) {
    const { shape, data } = runNode(node, node.inputs.map((value) => values.get(value)!));
    if (noise !== undefined && !exactOps.has(node.op)) {
      const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      data.forEach((value, i) => data[i] = value + largest * 1e-7 * (noise.next() - 0.5));
    }
    values.set(node.output, { shape, data });
  }
  return values;
}

/** Whether a tensor and its numbers are small enough for further layers. */
function isModest({ data }: Tensor): boolean {
  return data.length < 20000 && data.every((value) => Math.abs(value) < 1e4);
}
