/**
 * Lowers the layers of a network to a graph of ops.
 *
 * @module
 */
import { numbersOf } from "../../proto/deferred.ts";
import { suggest } from "../../proto/suggest.ts";
import { type Graph, GraphBuilder, type Node, type Value } from "../../runtime/graph.ts";
import type { Shape } from "../../runtime/tensor.ts";
import type { Net, NetInput, NetLayer, OtherLayer } from "../caffe/net.ts";
import { checkCounts, type Layer, type LayerSettings, type LayerShape } from "../layers/layer.ts";
import { layerTable } from "../layers/mod.ts";
import { inputShapeHint } from "../option_hints.ts";
import { Blobs } from "./blobs.ts";
import {
  checkMeasured,
  quote,
  refuseOtherInputs,
  refuseShape,
  refuseUntyped,
  warnOfLeftOut,
  warnOfMissing,
  within,
} from "./errors.ts";
import { type Flow, flowOf, isSilent, missingIn, sourcesOf, type Step } from "./flow.ts";
import { type Injection, Injections } from "./injections.ts";
import { inferInput, lostInputs, type SourceShape, unknownShapes } from "./input_shape.ts";
import { leaveOutTraining, type LeftOut } from "./predictions.ts";
import { refuseUnknownTypes } from "./unknown_types.ts";
import { Weights } from "./weights.ts";

/** Options of a lowering. */
export interface LowerOptions {
  /** The network that provides the weights, if the network's own file has none. */
  readonly trained?: Net | undefined;
  /** Shapes of inputs that override the file's. */
  readonly inputShapes?: ReadonlyMap<string, Shape> | undefined;
  /** Layer types that extend or override the built-in ones. */
  readonly layers?: readonly Layer[] | undefined;
  /** Learned blobs that replace those of the files. */
  readonly inject?: readonly Injection[] | undefined;
  /** Settings for what files leave open. */
  readonly settings?: LayerSettings | undefined;
  /** Receives warnings: what may be a mistake, but does not stop the conversion. */
  readonly warn?: (message: string) => void;
}

/** A lowered network. */
export interface Lowered {
  readonly graph: Graph;
  /** The result of each layer, in the order of the file. */
  readonly layers: readonly LoweredLayer[];
  /** Layers whose weights are zeros for want of a caffemodel. */
  readonly untrained: readonly string[];
}

/** A layer and its result. */
export interface LoweredLayer {
  readonly name: string;
  readonly type: string;
  /** Its tops; a layer that changes nothing returns its bottoms. */
  readonly tops: readonly Value[];
  /** The nodes that compute it; none if it changes nothing. */
  readonly nodes: readonly Node[];
}

/**
 * Lowers each layer in turn, except those that only training needs. Blobs that no layer reads
 * become outputs of the graph.
 *
 * @throws {TypeError} naming the layer that cannot be lowered, or all layers of unknown types.
 */
export function lower(net: Net, options: LowerOptions = {}): Lowered {
  const { inputShapes = new Map<string, Shape>(), trained, warn = () => {} } = options;
  refuseUntyped(net);
  const inputs = [...net.inputs, ...lostInputs(net, [...inputShapes.keys()])];
  const known = layerTable(options.layers);
  const shaped = new Set(inputShapes.keys());
  const flow = flowOf(net, inputs.map(({ name }) => name), shaped, known, warn);
  const leftOut = leaveOutTraining(flow);
  const steps = flow.steps.filter((step) => !leftOut.steps.has(step));
  refuseUnknownTypes(steps, known);
  warnOfLeftOut(leftOut, known, warn);
  const sources = sourcesOf(flow).map(({ name }) => name);
  refuseOtherInputs([...inputShapes.keys()], [...sources, ...missingIn(flow)]);
  const injections = new Injections(options.inject ?? [], warn);
  const weights = new Weights(net, trained, injections);
  const lowering = new Lowering(net, leftOut, weights, options, { flow, inputs });
  const layers = [
    ...inputs.filter((_, i) => !leftOut.blobs.has(flow.inputs[i]!))
      .map((input) => lowering.input(input)),
    ...flow.steps.map((step) => lowering.layer(step)),
  ];
  injections.finish(net.layers.map(({ name }) => name));
  const graph = dropUnread(lowering.finish());
  if (graph.outputs.length === 0) {
    throw new TypeError(
      "Cannot convert the network: it has no outputs, since layers read all of its blobs; remove the " +
        "Silence layer that reads the blob you want",
    );
  }
  const lowered = new Set(steps.map(({ layer }) => layer.name));
  const unused = trained ? weights.unused.filter((name) => lowered.has(name)) : [];
  if (unused.length > 0) warn(`no layer uses the weights of ${unused.map(quote).join(", ")}`);
  warnOfMissing(weights, warn);
  return { graph, layers, untrained: weights.untrained };
}

/** Loads deferred weights when a layer looks at them. */
class ReadingBuilder extends GraphBuilder {
  override dataOf(value: Value): Float32Array | undefined {
    const data = super.dataOf(value);
    return data && numbersOf(data);
  }
}

/** Where the inputs of a network come from. */
interface Sources {
  readonly flow: Flow;
  /** Those declared outside any layer, and lost ones. */
  readonly inputs: readonly NetInput[];
}

/** The state of a lowering. */
class Lowering {
  readonly #graph = new ReadingBuilder();
  readonly #blobs = new Blobs(this.#graph);

  constructor(
    private readonly net: Net,
    private readonly leftOut: LeftOut,
    private readonly weights: Weights,
    private readonly options: LowerOptions,
    private readonly sources: Sources,
  ) {}

  /** Lowers an input declared outside any layer. */
  input({ name, shape }: NetInput): LoweredLayer {
    const where = { name, type: "Input", where: "the inputs" };
    const top = within(where, () => this.#addInput(name, shape, undefined));
    return { name, type: "Input", tops: [top], nodes: [] };
  }

  /** Lowers a layer. */
  layer(step: Step): LoweredLayer {
    const { layer } = step;
    const start = this.#graph.nodes.length;
    const isLeftOut = this.leftOut.steps.has(step);
    const tops = within(layer, () => isLeftOut ? this.#leaveOut(step) : this.#lower(step));
    const nodes = this.#graph.nodes.slice(start);
    return { name: layer.name, type: layer.type, tops, nodes };
  }

  /** The graph of all lowered layers. */
  finish(): Graph {
    return this.#graph.build(this.net.name, this.#blobs.entries(), this.#blobs.unread());
  }

  /** The bottoms of a left-out layer become outputs as if unread, unless it would be silenced. */
  #leaveOut(step: Step): readonly Value[] {
    const reason = this.leftOut.steps.get(step);
    if (reason === "measures") {
      checkCounts(step.type!, step.layer);
      checkMeasured(step, this.leftOut.blobs, (name) => this.#missing(name));
    }
    if (reason === "silenced") this.#silence(step);
    return [];
  }

  #lower(step: Step): readonly Value[] {
    const { layer, uses } = step, type = step.type!;
    const hasLayer = (name: string) => this.net.layers.some(({ type }) => type === name);
    checkCounts(type, layer, hasLayer);
    if (isSilent(step)) this.#silence(step);
    const names = step.tops.map((top) => this.leftOut.blobs.has(top) ? undefined : top.name);
    if (names.length > 0 && names.every((name) => name === undefined)) return [];
    const bottoms = layer.bottoms.slice(0, uses).map((name) => this.#readBottom(layer, name));
    const shape = this.#shapeOf(step, bottoms);
    if (type.inputs !== undefined) {
      const shapes = type.inputs(shape);
      return names.flatMap((name, i) =>
        name === undefined ? [] : [this.#addInput(name, shapes[i], layer)]
      );
    }
    const graph = this.#graph;
    const blobs = this.weights.of(layer, type.blobs?.(shape) ?? [], graph);
    const { settings = {} } = this.options;
    const warn = (message: string) => this.options.warn?.(`layer "${layer.name}": ${message}`);
    const about = { ...shape, name: layer.name, bottoms, blobs, graph, settings, hasLayer, warn };
    const tops = type.lower!(about);
    writeTops(this.#blobs, layer, names, tops, type.sharesMemory?.(shape) ?? false);
    return tops;
  }

  #silence({ layer, bottoms }: Step): void {
    const { blobs, losses } = this.leftOut;
    for (const blob of bottoms) {
      if (blob && !blobs.has(blob) && !losses.has(blob)) this.#blobs.read(blob.name, layer);
    }
  }

  #shapeOf({ layer, type }: Step, bottoms: readonly Value[]): LayerShape<unknown> {
    return {
      layer,
      param: type!.param === undefined ? {} : layer.param(type!.param),
      shapes: bottoms.map((value) => value.shape),
      stored: this.weights.shapesOf(layer),
    };
  }

  #addInput(name: string, shape: Shape | undefined, layer: NetLayer | undefined): Value {
    const { net, options: { trained = net, inputShapes } } = this;
    const asked = inputShapes?.get(name) ?? inferInput(net, trained, { name, shape });
    if (asked === undefined) throw unknownShapes(net, trained, this.#needed());
    refuseShape(name, asked);
    const value = this.#graph.input(name, asked);
    this.#blobs.write(name, value, layer);
    return value;
  }

  /** The inputs that are needed, and whose shapes are not given. */
  #needed(): readonly SourceShape[] {
    const { sources: { flow, inputs }, leftOut, options: { inputShapes } } = this;
    const read = flow.steps.flatMap((step) => {
      const shapes = step.type?.inputs?.(this.#shapeOf(step, [])) ?? [];
      return step.type?.inputs ? step.tops.map((blob, i) => ({ blob, shape: shapes[i] })) : [];
    });
    return [...flow.inputs.map((blob, i) => ({ blob, shape: inputs[i]!.shape })), ...read]
      .filter(({ blob }) => !leftOut.blobs.has(blob) && !inputShapes?.has(blob.name))
      .map(({ blob: { name }, shape }) => ({ name, shape }));
  }

  #readBottom(layer: NetLayer, name: string): Value {
    return this.#blobs.read(name, layer) ?? this.#missing(name);
  }

  #missing(name: string): never {
    const { layers, others = [] } = this.net, missing = `no layer before it has a top "${name}"`;
    const later = layers.find(({ bottoms, tops }) =>
      tops.includes(name) && !bottoms.includes(name)
    );
    if (later !== undefined) {
      throw new TypeError(`${missing}; layer "${later.name}" has, but it comes after this one`);
    }
    const excluded = others.filter(({ layer }) => layer.tops.includes(name));
    const hint =
      `${selectionHint(excluded)}; if it is an input of the network, say its shape with ` +
      inputShapeHint(name, "N, C, H, W");
    throw new TypeError(
      missing + suggest(name, excluded.length === 0 ? this.#blobs.names() : [], hint),
    );
  }
}

/** For the error about a missing blob: the excluded layers that have it, and what selects them. */
function selectionHint(excluded: readonly OtherLayer[]): string {
  return [...Map.groupBy(excluded, ({ layer }) => layer.name)].map(([name, states]) => {
    const options = new Set(states.map(({ options }) => options));
    return `; layer "${name}" has one, but only with ${[...options].join(" or ")}`;
  }).join("");
}

/** Binds the names of a layer's tops, except those that are left out. */
function writeTops(
  blobs: Blobs,
  layer: NetLayer,
  names: readonly (string | undefined)[],
  tops: readonly Value[],
  sharesMemory: boolean,
): void {
  if (names.some((name, i) => name !== undefined && tops[i] === undefined)) {
    throw new Error(`Layer type ${layer.type} gave ${tops.length} of ${layer.tops.length} tops`);
  }
  // A loss may omit its top; its probabilities are then known by the layer's name.
  const written = names.length === 0 && tops.length > 0 ? [layer.name] : names;
  for (const [i, name] of written.entries()) {
    if (name === undefined) continue;
    // A loss may write probabilities over its label, which is left out.
    if (layer.bottoms[i] === name && blobs.has(name)) blobs.overwrite(name, tops[i]!, layer);
    else if (sharesMemory) blobs.share(name, tops[i]!, layer, layer.bottoms[0]!);
    else blobs.write(name, tops[i]!, layer);
  }
}

/** The graph without unread inputs and constants, such as labels and statistics' sums. */
function dropUnread(graph: Graph): Graph {
  const read = new Set(graph.nodes.flatMap(({ inputs }) => inputs));
  for (const name of graph.outputs) read.add(graph.names.get(name)!);
  const inputs = graph.inputs.filter((value) => read.has(value));
  const dropped = new Set(graph.inputs.filter((value) => !read.has(value)));
  const names = [...graph.names].filter(([, value]) => !dropped.has(value));
  const constants = [...graph.constants].filter(([value]) => read.has(value));
  return { ...graph, inputs, constants: new Map(constants), names: new Map(names) };
}
