/**
 * Turns the layers of a network into a graph of ops.
 *
 * @module
 */
import { numbersOf } from "../proto/deferred.ts";
import { suggest } from "../proto/suggest.ts";
import { type Graph, GraphBuilder, type Node, type Value } from "../runtime/graph.ts";
import type { Shape } from "../runtime/tensor.ts";
import type { Net, NetInput, NetLayer } from "./caffe/net.ts";
import { Blobs } from "./blobs.ts";
import { type Injection, Injections } from "./injections.ts";
import { inferInput } from "./input_shape.ts";
import { checkCounts, type Layer, type LayerSettings } from "./layers/layer.ts";
import { layerOf, type LayerTable, layerTable } from "./layers/mod.ts";
import { withUnknown } from "./layers/unknown.ts";
import {
  quote,
  refuseShape,
  refuseUnknownTypes,
  refuseUntyped,
  warnOfMissing,
  within,
} from "./lowering_errors.ts";
import { inputShapeHint } from "./option_hints.ts";
import { Weights } from "./weights.ts";

/** What can be said about a lowering beside the network itself. */
export interface LowerOptions {
  /** The network that the weights come from, if the network's own file has none. */
  readonly trained?: Net | undefined;
  /** The shapes of inputs, where they are to be others than the file says. */
  readonly inputShapes?: ReadonlyMap<string, Shape>;
  /** Types of layers beside those that are known here, or in place of them. */
  readonly layers?: readonly Layer[] | undefined;
  /** Learned blobs in place of those of the files. */
  readonly inject?: readonly Injection[] | undefined;
  /** What is meant where files leave it open. */
  readonly settings?: LayerSettings | undefined;
  /** Is told what may be a mistake, but does not stop the conversion. */
  readonly warn?: (message: string) => void;
}

/** A lowered network. */
export interface Lowered {
  readonly graph: Graph;
  /** What became of each layer, in the order of the file. */
  readonly layers: readonly LoweredLayer[];
  /** Layers whose weights are zeros here, since only training would give them others. */
  readonly untrained: readonly string[];
}

/** A layer, and what it became. */
export interface LoweredLayer {
  readonly name: string;
  readonly type: string;
  /** Its tops, which may be those of an earlier layer where it changes nothing. */
  readonly tops: readonly Value[];
  /** The nodes that compute it: none, if it changes nothing. */
  readonly nodes: readonly Node[];
}

/**
 * Lowers each layer in turn. What no layer reads is an output of the graph.
 *
 * @throws {TypeError} naming the layer, if one cannot be expressed; naming all layers whose types
 * are unknown, if there are any.
 */
export function lower(net: Net, options: LowerOptions = {}): Lowered {
  const { inputShapes = new Map<string, Shape>(), trained, warn = () => {} } = options;
  refuseUntyped(net);
  const known = withUnknown(net, layerTable(options.layers), warn);
  refuseUnknownTypes(net, known);
  const injections = new Injections(options.inject ?? [], warn);
  const lowering = new Lowering(
    net,
    known,
    new Weights(net, trained, injections),
    trained,
    inputShapes,
    options.settings ?? {},
    warn,
  );
  // Some caffemodels have lost the layer that brought their data in.
  const lost = [...inputShapes.keys()].filter((name) => isMissing(net, name))
    .map((name) => ({ name, shape: undefined }));
  const layers = [
    ...[...net.inputs, ...lost].map((input) => lowering.input(input)),
    ...net.layers.map((layer) => lowering.layer(layer)),
  ];
  const { inputs, weights } = lowering;
  const unknown = [...inputShapes.keys()].find((name) => !inputs.includes(name));
  if (unknown !== undefined) {
    throw new TypeError(
      `Cannot set the shape of input "${unknown}": the inputs are ${inputs.join(", ")}`,
    );
  }
  for (const layer of net.layers) {
    const reason = layerOf(layer, known).type?.leftOut?.(layer);
    if (reason !== undefined) warn(`layer "${layer.name}" is left out: ${reason}`);
  }
  injections.finish(net.layers.map(({ name }) => name));
  const graph = dropUnread(lowering.finish());
  if (graph.outputs.length === 0) {
    throw new TypeError(
      "Cannot convert the network: it has no outputs, as layers read all of its blobs; take out the " +
        "Silence of the one that is wanted",
    );
  }
  if (trained !== undefined && weights.unused.length > 0) {
    warn(`no layer takes the weights of ${weights.unused.map(quote).join(", ")}`);
  }
  warnOfMissing(weights, warn);
  return { graph, layers, untrained: weights.untrained };
}

/** Reads weights that are still in their file when a layer looks at them. */
class ReadingBuilder extends GraphBuilder {
  override dataOf(value: Value): Float32Array | undefined {
    const data = super.dataOf(value);
    return data && numbersOf(data);
  }
}

/** A network while it is lowered. */
class Lowering {
  /** The names of the inputs so far. */
  readonly inputs: string[] = [];
  readonly #graph = new ReadingBuilder();
  readonly #blobs = new Blobs(this.#graph);

  constructor(
    private readonly net: Net,
    private readonly known: LayerTable,
    readonly weights: Weights,
    private readonly trained: Net | undefined,
    private readonly inputShapes: ReadonlyMap<string, Shape>,
    private readonly settings: LayerSettings,
    private readonly warn: (message: string) => void,
  ) {}

  /** Lowers an input that stands outside any layer. */
  input({ name, shape }: NetInput): LoweredLayer {
    const where = { name, type: "Input", where: "the inputs" };
    const top = within(where, () => this.#addInput(name, shape, undefined));
    return { name, type: "Input", tops: [top], nodes: [] };
  }

  /** Lowers a layer. */
  layer(layer: NetLayer): LoweredLayer {
    const start = this.#graph.nodes.length;
    const tops = within(layer, () => this.#lower(layer));
    const nodes = this.#graph.nodes.slice(start);
    return { name: layer.name, type: layer.type, tops, nodes };
  }

  /** The graph of all that was lowered. */
  finish(): Graph {
    return this.#graph.build(this.net.name, this.#blobs.entries(), this.#blobs.unread());
  }

  #lower(layer: NetLayer): readonly Value[] {
    const type = layerOf(layer, this.known).type!;
    checkCounts(type, layer);
    const used = layer.bottoms.slice(0, type.uses);
    for (const label of layer.bottoms.slice(used.length)) this.#blobs.read(label, layer);
    if (type.measures || type.leftOut?.(layer) !== undefined) {
      for (const name of used) if (!this.#blobs.has(name)) this.#readBottom(layer, name);
      return [];
    }
    const bottoms = used.map((name) => this.#readBottom(layer, name));
    const shape = {
      layer,
      param: type.param === undefined ? {} : layer.param(type.param),
      shapes: bottoms.map((value) => value.shape),
    };
    if (type.inputs !== undefined) {
      const shapes = type.inputs(shape);
      return layer.tops.map((name, i) =>
        this.#addInput(name, shapes[i] ?? (this.#isLabel(name) ? [1] : undefined), layer)
      );
    }
    const graph = this.#graph;
    const blobs = this.weights.of(layer, type.blobs?.(shape) ?? [], graph);
    const { settings } = this;
    const warn = (message: string) => this.warn(`layer "${layer.name}": ${message}`);
    const about = { ...shape, name: layer.name, bottoms, blobs, graph, settings, warn };
    const tops = type.lower!(about);
    writeTops(this.#blobs, type, layer, tops, type.sharesMemory?.(shape) ?? false);
    return tops;
  }

  /** Whether only training reads a blob, so that its shape does not matter. */
  #isLabel(name: string): boolean {
    const readers = this.net.layers.filter(({ bottoms }) => bottoms.includes(name));
    return readers.length > 0 &&
      readers.every((reader) =>
        !reader.bottoms.slice(0, layerOf(reader, this.known).type?.uses).includes(name)
      );
  }

  #addInput(name: string, shape: Shape | undefined, layer: NetLayer | undefined): Value {
    const { net, trained = net } = this;
    const asked = this.inputShapes.get(name) ?? inferInput(net, trained, name, shape);
    refuseShape(name, asked);
    const value = this.#graph.input(name, asked);
    this.#blobs.write(name, value, layer);
    this.inputs.push(name);
    return value;
  }

  #readBottom(layer: NetLayer, name: string): Value {
    const value = this.#blobs.read(name, layer);
    if (value !== undefined) return value;
    const { layers } = this.net, other = layers.find(({ tops }) => tops.includes(name));
    const hint = `; if it is an input of the network, say its shape with ` +
      inputShapeHint(name, "N, C, H, W");
    throw new TypeError(
      other !== undefined && layers.indexOf(other) < layers.indexOf(layer)
        ? `it reads "${name}", but layer "${other.name}" (${other.type}) is left out: it only measures`
        : `no layer before it has a top "${name}"` +
          (other === undefined
            ? suggest(name, this.#blobs.names(), hint)
            : `; layer "${other.name}" has, but it stands after this one`),
    );
  }
}

/** Whether layers read a blob that neither the network nor a layer brings in. */
function isMissing({ inputs, layers }: Net, name: string): boolean {
  return layers.some(({ bottoms }) => bottoms.includes(name)) &&
    !layers.some(({ tops }) => tops.includes(name)) && !inputs.some((input) => input.name === name);
}

function writeTops(
  blobs: Blobs,
  type: Layer,
  layer: NetLayer,
  tops: readonly Value[],
  sharesMemory: boolean,
): void {
  if (tops.length < layer.tops.length) {
    throw new Error(`Layer type ${type.type} gave ${tops.length} of ${layer.tops.length} tops`);
  }
  // A loss may leave its top out; its probabilities are then known by the layer's name.
  const names = layer.tops.length === 0 && tops.length > 0 ? [layer.name] : layer.tops;
  names.forEach((name, i) => {
    if (layer.bottoms[i] === name) blobs.overwrite(name, tops[i]!, layer);
    else if (sharesMemory) blobs.share(name, tops[i]!, layer, layer.bottoms[0]!);
    else blobs.write(name, tops[i]!, layer);
  });
}

/** The graph without the inputs and constants that nothing reads: labels, sums of statistics. */
function dropUnread(graph: Graph): Graph {
  const read = new Set(graph.nodes.flatMap(({ inputs }) => inputs));
  for (const name of graph.outputs) read.add(graph.names.get(name)!);
  const inputs = graph.inputs.filter((value) => read.has(value));
  const dropped = new Set(graph.inputs.filter((value) => !read.has(value)));
  const names = [...graph.names].filter(([, value]) => !dropped.has(value));
  const constants = [...graph.constants].filter(([value]) => read.has(value));
  return { ...graph, inputs, constants: new Map(constants), names: new Map(names) };
}
