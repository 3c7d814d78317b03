/**
 * Layers of types that are not known, but of which one sees what they are for: in training they bring
 * data, or measure.
 *
 * @module
 */
import { suggest } from "../../proto/suggest.ts";
import type { Net } from "../caffe/net.ts";
import { dataOf } from "./data.ts";
import { measure } from "./losses.ts";
import { layerOf, type LayerTable } from "./mod.ts";

/**
 * The layers that are known, and those of a network that need not be.
 *
 * A layer without bottoms is taken for its tops, which are inputs then. One that by its name is a loss
 * or an accuracy is left out where nothing reads its tops.
 *
 * @param warn Is told of each.
 */
export function withUnknown(
  net: Net,
  known: LayerTable,
  warn: (message: string) => void,
): LayerTable {
  const read = new Set(net.layers.flatMap(({ bottoms }) => bottoms));
  const table = new Map(known);
  for (const layer of net.layers) {
    const { name, type } = layerOf(layer, known);
    if (type !== undefined) continue;
    const unknown = `type ${name} is not known here${suggest(name, known.keys())}`;
    const told = (what: string, why: string) =>
      warn(`layer "${layer.name}" is ${what}: ${unknown}, and ${why}`);
    if (layer.bottoms.length === 0 && layer.tops.length > 0 && layer.blobs.length === 0) {
      table.set(name, dataOf(name));
      told("taken for inputs", "it has no bottoms");
    } else if (/(loss|accuracy)$/i.test(name) && !layer.tops.some((top) => read.has(top))) {
      table.set(name, { ...measure(name), bottoms: [1, Infinity], tops: [0, Infinity] });
      told("left out", "by its name it only measures");
    }
  }
  return table;
}
