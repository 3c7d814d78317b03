/**
 * Tests layers whose network runs with other extents than it was converted for: it computes what one
 * that is converted for these computes, or refuses them.
 *
 * @module
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { type Graph, withInputShapes } from "../../runtime/graph.ts";
import { runReference } from "../../runtime/reference.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { inputText } from "../input_text.ts";
import { inputsFor } from "../random.ts";

/** The shapes of the bottoms of a layer. */
type Shapes = readonly (readonly number[])[];

/** A layer, and shapes with which it runs. */
export interface OtherExtents {
  readonly type: string;
  readonly param?: string;
  readonly tops?: number;
  /** The shapes of the bottoms for which it is converted. */
  readonly given: Shapes;
  /** Others that give what a conversion for them gives. */
  readonly taken?: readonly Shapes[];
  /** Others that are refused. */
  readonly refused?: readonly Shapes[];
}

/** A network of the layer, for bottoms of some shapes. */
function networkOf({ type, param = "", tops = 1 }: OtherExtents, shapes: Shapes): Graph {
  const names = shapes.map((_, i) => `bottom: "x${i}"`);
  const made = Array.from({ length: tops }, (_, i) => `top: "y${i}"`);
  const text = shapes.map((shape, i) => inputText(`x${i}`, shape)).join("") +
    `layer { name: "y0" type: "${type}" ${[...names, ...made].join(" ")} ${param} }`;
  return convert({ bytes: new TextEncoder().encode(text), name: "net" }, { warn() {} }).graph;
}

/** The same network for other shapes. */
function moved(graph: Graph, shapes: Shapes): Graph {
  return withInputShapes(graph, new Map(shapes.map((shape, i) => [`x${i}`, shape])));
}

/** The outputs, for inputs that depend on the shapes alone. */
async function outputsOf(graph: Graph): Promise<readonly Tensor[]> {
  const values = graph.outputs.map((name) => graph.names.get(name)!);
  return await runReference(graph, inputsFor(graph), values);
}

/** Tests each of some layers. */
export function testOtherExtents(layers: readonly OtherExtents[]): void {
  for (const layer of layers) {
    const { type, param = "", given, taken = [], refused = [] } = layer;
    Deno.test(`${type} ${param} converted for ${JSON.stringify(given)} runs with other extents as if converted for them, or refuses them`, async () => {
      const graph = networkOf(layer, given);
      for (const shapes of taken) {
        const [actual, expected] = await Promise.all(
          [moved(graph, shapes), networkOf(layer, shapes)].map(outputsOf),
        );
        assert(expected!.every(({ data }) => data.length > 0 || type === "RPN"));
        assert.deepEqual(actual, expected);
      }
      for (const shapes of refused) {
        assert.throws(() => moved(graph, shapes), TypeError, JSON.stringify(shapes));
      }
    });
  }
}
