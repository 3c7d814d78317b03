/**
 * Ends a network at some of its blobs, for feature extraction.
 *
 * Layers that these blobs do not depend on are dropped before conversion, so their types may be unknown
 * and their weights missing.
 *
 * @module
 */
import { suggest } from "../proto/suggest.ts";
import type { Graph } from "../runtime/graph.ts";
import type { Net, NetLayer } from "./caffe/net.ts";
import { layerOf, type LayerTable } from "./layers/mod.ts";
import { dropDead } from "./transforms/drop_dead.ts";

/**
 * The network with only the layers that the blobs need. A blob is what its name means after the
 * last layer, so in-place layers are kept.
 *
 * @throws {TypeError} if there is no blob of a name.
 */
export function cutNet(net: Net, outputs: readonly string[], known: LayerTable): Net {
  const memory = memoryOf(net, known);
  const isLeftOut = (layer: NetLayer) => {
    const { type } = layerOf(layer, known);
    return type?.measures || type?.leftOut?.(layer) !== undefined;
  };
  for (const name of outputs) {
    if (!memory.has(name)) refuse(name, net, memory.keys());
    const writer = net.layers.find((layer) => topsOf(layer).includes(name));
    if (writer && isLeftOut(writer)) refuse(name, net, [], `; layer "${writer.name}" is left out`);
  }
  const needed = new Set(outputs.map((name) => memory.get(name)!));
  const layers: NetLayer[] = [];
  for (const layer of net.layers.toReversed()) {
    if (!topsOf(layer).some((top) => needed.has(memory.get(top)!))) continue;
    layers.push(layer);
    for (const name of layer.bottoms) needed.add(memory.get(name)!);
  }
  return { ...net, layers: layers.reverse() };
}

/**
 * The graph of such a network, with these blobs as outputs.
 *
 * @throws {TypeError} if one of them was left out.
 */
export function endAt(graph: Graph, outputs: readonly string[], net: Net): Graph {
  const missing = outputs.find((name) => !graph.names.has(name));
  if (missing !== undefined) refuse(missing, net, graph.names.keys());
  return dropDead({ ...graph, outputs });
}

/** The blob that owns each blob's memory: itself, or a bottom that its layer passes on. */
function memoryOf({ inputs, layers }: Net, known: LayerTable): Map<string, string> {
  const memory = new Map(inputs.map(({ name }) => [name, name]));
  for (const layer of layers) {
    const [bottom] = layer.bottoms;
    for (const name of layer.bottoms) if (!memory.has(name)) memory.set(name, name);
    const isShared = layer.bottoms.length === 1 &&
      layerOf(layer, known).type?.sharesMemory !== undefined;
    for (const top of topsOf(layer)) {
      if (!memory.has(top)) memory.set(top, isShared ? memory.get(bottom!)! : top);
    }
  }
  return memory;
}

/** The tops of a layer; a loss without one has a top of the layer's name. */
function topsOf({ name, tops }: NetLayer): readonly string[] {
  return tops.length > 0 ? tops : [name];
}

function refuse(name: string, { layers }: Net, known: Iterable<string>, why?: string): never {
  const layer = layers.find((one) => one.name === name);
  const hint = why ??
    (layer === undefined || layer.tops.length === 0
      ? suggest(name, known)
      : `; the layer of that name writes ${layer.tops.map((top) => `"${top}"`).join(", ")}`);
  throw new TypeError(`Cannot end the network at "${name}": it has no such blob${hint}`);
}
