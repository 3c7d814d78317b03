/**
 * ReshapeLike and ReshapeAdvance, which take extents of their second bottom.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { namedValues, withInputShapes } from "../../runtime/graph.ts";
import { numbers } from "./elements.ts";
import { testEverywhere } from "./everywhere.ts";
import { tensor, testLayer } from "./harness.ts";

const flat = numbers([2, 3, 20], 1), like = numbers([2, 1, 4, 5], 2);

/** A network that gives `x` another shape, like that of its second bottom. */
const network = (type: string, shape: string, settings = "") => `
  input: "x" input_shape { dim: 2 dim: 3 dim: 20 }
  input: "like" input_shape { dim: 2 dim: 1 dim: 4 dim: 5 }
  layer { name: "y" type: "${type}" bottom: "x" bottom: "like" top: "y"
    reshape_param { shape { ${shape.replaceAll(/\S+/g, "dim: $&")} } ${settings} } }`;

const graphOf = (text: string) =>
  convert({ bytes: new TextEncoder().encode(text), name: "net.prototxt" }).graph;

for (
  const [type, shape] of [
    ["ReshapeLike", "2 -1 0 0"],
    ["ReshapeAdvance", "0 0 -1 -2"],
    ["ReshapeAdvance", "0 0 -2 -1"],
    ["ReshapeAdvance", "0 3 -2 -2"],
  ] as const
) {
  testEverywhere(`${type} to ${shape} takes extents of the second bottom`, {
    text: network(type, shape, "axis: 0 num_axes: -1"),
    inputs: [flat, like],
    outputs: [{ shape: [2, 3, 4, 5], data: flat.data }],
  });
}

for (const type of ["ReshapeLike", "ReshapeAdvance"]) {
  testLayer(type, [{
    does: "is a Reshape where nothing stands for the second bottom",
    param: { shape: { dim: [2, -1, 1] } },
    bottoms: [tensor([2, 3], `1 2 3  4 5 6`), tensor([1], `9`)],
    tops: [tensor([2, 3, 1], `1 2 3  4 5 6`)],
  }]);
}

Deno.test("ReshapeLike and ReshapeAdvance refuse missing axes, other sizes, and runs of axes", () => {
  const refused = (text: string, message: RegExp) =>
    assert.throws(() => graphOf(text), { message });
  refused(
    network("ReshapeAdvance", "2 3 4 5 -2"),
    /its top would be \[2, 3, 4, 5, 1\], but from axis 4 on, that of the first −2, it must be as/,
  );
  refused(network("ReshapeAdvance", "0 0 -2 4"), /\[2, 3, 20\].*\[2, 3, 4, 4\]/);
  refused(
    network("ReshapeLike", "-1 0 12 5"),
    /its top would be \[2, 1, 12, 5\], but from axis 1 on, that of the first 0, it must be as large/,
  );
  refused(network("ReshapeAdvance", "0 -2", "axis: 1"), /axis is 1, but only 0 is supported/);
});

Deno.test("a network with ReshapeAdvance refuses another width, even with as many pixels", () => {
  const graph = graphOf(network("ReshapeAdvance", "0 0 -1 -2"));
  const other = withInputShapes(graph, new Map([["x", [5, 3, 20]], ["like", [5, 1, 4, 5]]]));
  assert.deepEqual(namedValues(other).get("y")!.shape, [5, 3, 4, 5]);
  assert.throws(
    () => withInputShapes(graph, new Map([["x", [2, 3, 20]], ["like", [2, 1, 5, 4]]])),
    { message: /\[2, 1, 5, 4\]/ },
  );
});
