import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { withInputShapes } from "../../runtime/graph.ts";

Deno.test("the last piece of a Slice with points extends to the end of the bottom", () => {
  const text = `input: "data" input_shape { dim: 2 dim: 3 }
    layer { name: "slice" type: "Slice" bottom: "data" top: "first" top: "rest"
      slice_param { axis: 0 slice_point: 1 } }`;
  const { graph } = convert({ bytes: new TextEncoder().encode(text), name: "slice" });
  const { names } = withInputShapes(graph, new Map([["data", [5, 3]]]));
  assert.deepEqual(names.get("first")!.shape, [1, 3]);
  assert.deepEqual(names.get("rest")!.shape, [4, 3]);
});

Deno.test("the pieces of a Slice without points have equal extents", () => {
  const text = `input: "data" input_shape { dim: 6 dim: 3 }
    layer { name: "slice" type: "Slice" bottom: "data" top: "a" top: "b" top: "c"
      slice_param { axis: 0 } }`;
  const { graph } = convert({ bytes: new TextEncoder().encode(text), name: "slice" });
  const { names } = withInputShapes(graph, new Map([["data", [12, 3]]]));
  for (const piece of ["a", "b", "c"]) assert.deepEqual(names.get(piece)!.shape, [4, 3]);
  assert.throws(() => withInputShapes(graph, new Map([["data", [7, 3]]])), TypeError);
});
