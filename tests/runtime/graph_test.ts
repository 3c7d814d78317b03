import assert from "node:assert/strict";
import { lastUses, namedValues, prune, withInputShapes } from "../../runtime/graph.ts";
import { Random, Sketch } from "../random.ts";

const random = new Random(1);

/** data ─► conv ─► left, and data ─► right; no node reads `unread`. */
function branches() {
  const sketch = new Sketch();
  const data = sketch.input("data", [1, 2, 4, 5]);
  const weights = sketch.constant("conv/weights", random.tensor([3, 2, 2, 3]));
  const unread = sketch.constant("unread", random.tensor([1]));
  const conv = sketch.add("conv2d", "conv", [data, weights], {
    output: 3,
    kernel: [2, 3],
    bias: false,
  });
  const left = sketch.add("abs", "left", [conv], {});
  const right = sketch.add("tanh", "right", [data], {});
  return { sketch, data, weights, unread, conv, left, right, graph: sketch.finish(left, right) };
}

Deno.test("GraphBuilder gives each value a unique name", () => {
  const sketch = new Sketch();
  const tensor = random.tensor([1]);
  const names = ["a", "a_1", "a", "a", "a_1", "__proto__", "__proto__"].map((name) =>
    sketch.constant(name, tensor).name
  );
  assert.deepEqual(names, ["a", "a_1", "a_2", "a_3", "a_1_1", "__proto__", "__proto___1"]);
});

Deno.test("GraphBuilder makes a hundred thousand equal names unique in bounded time", () => {
  const sketch = new Sketch();
  let value = sketch.input("a", [1]);
  const start = performance.now();
  for (let i = 0; i < 1e5; i++) value = sketch.add("abs", "a", [value], {});
  assert.equal(value.name, "a_100000");
  assert(performance.now() - start < 5000);
});

Deno.test("GraphBuilder refuses inputs that do not fit an op", () => {
  const sketch = new Sketch();
  const data = sketch.input("data", [1, 4, 3, 5]);
  const weights = (...shape: number[]) => sketch.constant("w", random.tensor(shape));
  const inputs = (...shapes: number[][]) => shapes.map((shape) => sketch.input("x", shape));
  const conv = { output: 4, kernel: [1, 1], bias: false } as const;
  const refused: [() => unknown, string][] = [
    [() => sketch.add("relu", "a", [], {}), "it has 0 inputs, but it needs exactly 1"],
    [() => sketch.add("conv2d", "a", [data], conv), "it has 1 inputs, but it needs exactly 2"],
    [() => sketch.add("crop", "a", [data], {}), "it has 1 inputs, but it needs exactly 2"],
    [
      () => sketch.add("deconv2d", "a", [data, weights(4, 1, 1, 1)], { ...conv, group: 3 }),
      "its 4 input and 4 output channels do not divide into 3 groups",
    ],
    [
      () => sketch.add("deconv2d", "a", [data, weights(4, 4, 1, 1), data], { ...conv, bias: true }),
      "its biases are [1, 4, 3, 5], but it needs [4]",
    ],
    [
      () =>
        sketch.add(
          "conv3d",
          "a",
          [sketch.input("video", [1, 1, 2, 3, 3]), weights(4, 1, 3, 1, 1)],
          {
            ...conv,
            kernel: [3, 1, 1],
          },
        ),
      "its kernel spans 3 slices, but the padded input has only 2",
    ],
    ...(["kernel", "stride", "dilation"] as const).map((name): [() => unknown, string] => [
      () =>
        sketch.add("conv3d", "a", [...inputs([1, 1, 2, 3, 3]), weights(4, 1, 1, 1, 1)], {
          ...conv,
          kernel: [1, 1, 1],
          [name]: [0, 1, 1],
        }),
      `its ${name} must be three integers of at least 1, not [0,1,1]`,
    ]),
    [
      () =>
        sketch.add("proposal", "a", inputs([1, 3, 2, 2], [1, 6, 2, 2], [1, 3]), {
          stride: 4,
          anchors: [0, 0, 9, 9, 0, 0],
        }),
      "its inputs are [1, 3, 2, 2], [1, 6, 2, 2], [1, 3], but 1.5 anchors need [1, 3, H, W], " +
      "[1, 6, H, W] and [1, 3]",
    ],
    [
      () => sketch.add("detectionOutput", "a", inputs([1, 6], [1, 3], [1, 2, 6]), { classes: 2 }),
      "its 1.5 priors need 6 locations and 3 scores an image, but there are 6 and 3",
    ],
    [
      () => sketch.add("reshape", "a", [data], { shape: [0, -1, -1] }),
      "its shape has more than one -1",
    ],
    [
      () =>
        sketch.add("conv2d", "a", [data, weights(4, 4, 1, 1)], { ...conv, pad: [40000, 40000] }),
      "its output would be [1, 4, 80003, 80005], which is too large",
    ],
    [
      () => sketch.add("conv2d", "a", [data, weights(4, 4, 1, 1)], { ...conv, pad: [1, -1] }),
      "its padding is [1, -1], but none may be negative",
    ],
    [
      () =>
        sketch.add("conv3d", "a", [...inputs([1, 1, 2, 2, 4]), weights(4, 1, 1, 1, 1)], {
          ...conv,
          kernel: [1, 1, 1],
          pad: [0, 1, -1],
        }),
      "its padding is [0, 1, -1], but none may be negative",
    ],
    [
      () => sketch.add("im2col", "a", [data], { kernel: [1, 1], pad: [-1, 0] }),
      "its padding is [-1, 0], but none may be negative",
    ],
    ...[[-1, 0], [0, -1], [2, 0], [1, 3]].map(([top, left]): [() => unknown, string] => [
      () => {
        const pad = [top!, left!] as const;
        return sketch.add("pool2d", "a", [data], { method: "max", kernel: [2, 3], pad });
      },
      `its padding [${top}, ${left}] must be from 0 to below its kernel [2, 3]`,
    ]),
    [
      () => sketch.add("affine", "a", [data, weights(4, 3), weights(4)], {}),
      "its offsets are [4], but it needs [4, 3]",
    ],
    [
      () => sketch.add("reshape", "a", [data], { shape: [-2, -30], axis: 0 }),
      "its input [1, 4, 3, 5] has 60 elements, which do not fit into [-2, -30]",
    ],
    [
      () => sketch.add("downsample", "a", [data], { size: [1, 5] }),
      "its size is 1 × 5, but an axis must have 1 pixel in input and output or in neither",
    ],
    [
      () => sketch.add("eltwise", "a", [data, data], { coefficients: [1, 2, 3] }),
      "it has 3 coefficients for 2 inputs",
    ],
    [
      () => sketch.add("concat", "a", [data, data], { axis: 4 }),
      "there is no axis 4 in a tensor of 4 axes",
    ],
    [
      () => sketch.add("priorBox", "a", [data, data], { boxes: [1, 2, 3], variance: [1, 1, 1, 1] }),
      "its boxes, variance, step and down have 3, 4, 0, 0 numbers, but need pairs, 4, 2 or 0, " +
      "and 1 a pair or 0",
    ],
  ];
  for (const [apply, message] of refused) assert.throws(apply, { name: "TypeError", message });
});

Deno.test("a state takes a value of the previous run, of the same shape", () => {
  const sketch = new Sketch();
  const last = sketch.input("last", [1, 3]), other = sketch.input("other", [3]);
  const [next, again] = ["next", "again"].map((name) => sketch.add("tanh", name, [last], {}));
  sketch.remember(last, next!);
  for (const [input, output] of [[last, again], [other, again], [next, again]]) {
    assert.throws(() => sketch.remember(input!, output!), {
      name: "TypeError",
      message:
        /^"again" \[1, 3\] cannot be what "(last|other|next)" \[[\d, ]+\] is in the next run$/,
    });
  }
  assert.deepEqual(sketch.finish(next!).states, [{ input: last, output: next }]);
});

Deno.test("namedValues() prefers public names, then has inputs and nodes", () => {
  const { graph, data, conv, left } = branches();
  const renamed = { ...graph, names: new Map([["conv", left]]) };
  assert.equal(namedValues(renamed).get("conv"), left);
  assert.equal(namedValues(graph).get("conv"), conv);
  assert.equal(namedValues(renamed).get("data"), data);
  assert.equal(namedValues(graph).get("conv/weights"), undefined);
  assert.equal(namedValues(graph).get("__proto__"), undefined);
});

Deno.test("lastUses() is the last reader, the writer of unread values, or infinite for outputs", () => {
  const { graph, data, conv, left, right, unread } = branches();
  const uses = lastUses(graph, [right]);
  assert.deepEqual([data, conv, left, right, unread].map((value) => uses.get(value)), [
    2,
    1,
    1,
    Infinity,
    undefined,
  ]);
});

Deno.test("prune() keeps what the outputs depend on, in order", () => {
  const { graph, conv, left, right, weights } = branches();
  const pruned = prune(graph, [left]);
  assert.deepEqual(pruned.nodes.map(({ output }) => output), [conv, left]);
  assert.deepEqual([...pruned.constants.keys()], [weights]);
  assert.deepEqual(prune(graph, [right]).nodes.map(({ output }) => output), [right]);
  assert.deepEqual(prune(graph, [weights]).nodes, []);
  assert.deepEqual([...prune(graph, [weights]).constants.keys()], [weights]);
});

Deno.test("withInputShapes() repeats shape inference", () => {
  const { graph, weights } = branches();
  const moved = withInputShapes(graph, new Map([["data", [3, 2, 7, 6]]]));
  assert.deepEqual(moved.inputs, [{ name: "data", shape: [3, 2, 7, 6] }]);
  assert.deepEqual(moved.nodes.map(({ output }) => output.shape), [
    [3, 3, 6, 4],
    [3, 3, 6, 4],
    [3, 2, 7, 6],
  ]);
  assert.equal(moved.nodes[0]!.inputs[1], weights);
  assert.equal(moved.names.get("left"), moved.nodes[1]!.output);
  // The graph itself is unchanged.
  assert.deepEqual(graph.nodes[0]!.output.shape, [1, 3, 3, 3]);
  assert.throws(() => withInputShapes(graph, new Map([["data", [1, 2, 1, 6]]])), {
    name: "TypeError",
    message: 'Cannot run "conv" (conv2d): its kernel spans 2 rows, but the padded input has only 1',
  });
});
