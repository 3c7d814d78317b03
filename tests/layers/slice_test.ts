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

Deno.test("the channels of an input are sliced evenly, however many there are at run time", () => {
  const text = `input: "data" input_shape { dim: 2 dim: 6 dim: 5 }
    layer { name: "relu" type: "ReLU" bottom: "data" top: "relu" }
    layer { name: "slice" type: "Slice" bottom: "relu" top: "a" top: "b" }`;
  const { graph } = convert({ bytes: new TextEncoder().encode(text), name: "slice" });
  const { names } = withInputShapes(graph, new Map([["data", [2, 10, 5]]]));
  for (const piece of ["a", "b"]) assert.deepEqual(names.get(piece)!.shape, [2, 5, 5]);
  assert.throws(() => withInputShapes(graph, new Map([["data", [2, 7, 5]]])), TypeError);
});

Deno.test("the channels of a convolution, which are fixed, are sliced without reshapes", () => {
  const text = `input: "data" input_shape { dim: 1 dim: 2 dim: 5 dim: 5 }
    layer { name: "conv" type: "Convolution" bottom: "data" top: "conv"
      convolution_param { num_output: 8 kernel_size: 1 } }
    layer { name: "pool" type: "Pooling" bottom: "conv" top: "pool"
      pooling_param { kernel_size: 2 } }
    layer { name: "slice" type: "Slice" bottom: "pool" top: "a" top: "b" }`;
  const { graph } = convert({ bytes: new TextEncoder().encode(text), name: "slice" });
  assert.deepEqual(graph.nodes.map(({ op }) => op), ["conv2d", "pool2d", "slice", "slice"]);
});

Deno.test("a Crop is aligned with an input whose channels are sliced", () => {
  const text = `input: "data" input_shape { dim: 1 dim: 6 dim: 9 dim: 9 }
    layer { name: "slice" type: "Slice" bottom: "data" top: "a" top: "b" }
    layer { name: "conv" type: "Convolution" bottom: "b" top: "conv"
      convolution_param { num_output: 8 kernel_size: 3 pad: 3 } }
    layer { name: "crop" type: "Crop" bottom: "conv" bottom: "a" top: "crop" }`;
  const file = { bytes: new TextEncoder().encode(text), name: "crop" };
  const { graph } = convert(file, { alignCrops: true });
  const offsets = graph.nodes.map((node) => node.op === "crop" && node.attributes.offsets);
  assert.deepEqual(offsets.at(-1), [2, 2]);
});
