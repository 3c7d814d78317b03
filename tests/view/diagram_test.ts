/**
 * Diagrams of networks, histograms of weights, and tiles of channels and filters.
 */
import assert from "node:assert/strict";
import { convert } from "../../mod.ts";
import { defer, deferredBytes } from "../../proto/deferred.ts";
import { GraphBuilder } from "../../runtime/graph.ts";
import { diagramOf } from "../../lib/view/diagram.ts";
import { layOut } from "../../lib/view/layout.ts";
import { histogramOf, statisticsOf } from "../../lib/view/histogram.ts";
import { layOutPlainly } from "../../lib/view/plain_layout.ts";
import { channelTiles, filterTiles } from "../../lib/view/tiles.ts";
import { topologies } from "../topologies/mod.ts";

Deno.test("a diagram has one box per step, and arrows that lead downwards", () => {
  const builder = new GraphBuilder();
  const data = builder.input("data", [1, 3, 8, 8]);
  const weights = builder.constant("conv/weights", {
    shape: [4, 3, 3, 3],
    data: new Float32Array(108),
  });
  const conv = builder.apply("relu", "a", [data], { slope: 0 });
  const other = builder.apply("relu", "a name that is longer than any box is wide", [data], {
    slope: 0.5,
  });
  const sum = builder.apply("concat", "sum", [conv, other, data], { axis: 1 });
  const graph = builder.build("", [["known as", sum]], ["known as"]);
  const { steps, arrows, width, height } = diagramOf(graph, new Map([["a", "ReLU"]]));

  assert.deepEqual(steps.map(({ name }) => name), [data, conv, other, sum].map((v) => v.name));
  assert.deepEqual(steps.map(({ type }) => type), ["Input", "ReLU", "relu", "concat"]);
  assert.deepEqual(steps.map(({ kind }) => kind), ["input", "activation", "activation", "join"]);
  assert.deepEqual(steps.map(({ settings }) => settings), [[], [], [["slope", "0.5"]], []]);
  assert.deepEqual(steps[3]!.blobs, ["known as"]);
  assert.equal(steps[2]!.label, "a name that is l…x is wide");
  assert.deepEqual(
    arrows.map(({ from, to }) => [from, to]),
    [[0, 1], [0, 2], [1, 3], [2, 3], [0, 3]],
  );
  assert.ok(graph.constants.has(weights));
  for (const { from, to, points } of arrows) {
    const [above, below] = [steps[from]!.box, steps[to]!.box];
    assert.ok(above.y + above.height < below.y);
    for (const [box, [x, y]] of [[above, points[0]!], [below, points.at(-1)!]] as const) {
      assert.ok(x > box.x - 0.2 && x < box.x + box.width + 0.2);
      assert.ok(y > box.y - 0.2 && y < box.y + box.height + 0.2);
    }
  }
  for (const { box } of steps) {
    assert.ok(box.x >= 0 && box.x + box.width <= width);
    assert.ok(box.y >= 0 && box.y + box.height <= height);
  }
});

Deno.test("a network of very many steps gets the layout in linear time", () => {
  const builder = new GraphBuilder();
  const data = builder.input("data", [1, 3, 8, 8]);
  let last = data;
  for (let i = 0; i < 5000; i++) {
    const next = builder.apply("relu", `relu${i}`, [last], { slope: 0 });
    last = i % 3 === 0 ? builder.apply("concat", `sum${i}`, [last, next], { axis: 2 }) : next;
    if (i % 3 === 0) last = builder.apply("relu", `side${i}`, [data], { slope: 0 });
  }
  const graph = builder.build("", [["out", last]], ["out"]);
  const { steps, arrows, width, height } = diagramOf(graph);
  assert.equal(steps.length, graph.nodes.length + 1);
  const rows = Map.groupBy(steps, ({ box }) => box.y);
  for (const row of rows.values()) {
    for (const [i, { box }] of row.slice(1).entries()) {
      assert.ok(box.x > row[i]!.box.x + row[i]!.box.width);
    }
  }
  for (const { from, to, points } of arrows) {
    const [above, below] = [steps[from]!.box, steps[to]!.box];
    assert.ok(above.y + above.height < below.y);
    // It goes straight, or around the right side.
    assert.ok([2, 4].includes(points.length));
    assert.ok(points.every(([x, y]) => x > 0 && x < width && y > 0 && y < height));
  }
});

Deno.test("so do few boxes with very many arrows, but not the networks that are in use", () => {
  const boxes = Array(80).fill({ width: 200, height: 40 });
  const dense = Array.from(
    { length: 80 },
    (_, to) => Array.from({ length: to }, (_, from) => [from, to] as const),
  ).flat().filter(([from, to]) => (from * 7 + to) % 4 === 0 || to === from + 1);
  assert.ok(dense.length > 800);
  assert.deepEqual(layOut(boxes, dense), layOutPlainly(boxes, dense));

  const { build, small, inputShapes } = topologies.find(({ name }) => name.startsWith("OpenPose"))!;
  const network = { bytes: new TextEncoder().encode(build(small)), name: "deploy.prototxt" };
  const { arrows } = diagramOf(convert(network, { inputShapes: inputShapes!(small) }).graph);
  // The plain layout bends no arrow more than twice.
  assert.ok(arrows.some(({ points }) => points.length > 4));
});

Deno.test("a histogram counts finite numbers", () => {
  const { counts, ...rest } = histogramOf(Float32Array.of(0, 1, 2, 3, 4, Infinity, NaN), 4);
  assert.deepEqual(counts, [1, 1, 1, 2]);
  assert.deepEqual(rest, {
    low: 0,
    high: 4,
    mean: 2,
    deviation: Math.SQRT2,
    zeros: 1 / 7,
    nonFinite: 2,
  });
  assert.deepEqual(histogramOf(new Float32Array(3), 2).counts, [3, 0]);
  assert.equal(histogramOf(Float32Array.of(NaN), 2).high, 0);
});

Deno.test("deferred numbers are measured in pieces, and stay deferred", () => {
  const data = Float32Array.from({ length: 300_001 }, (_, i) => i === 9 ? NaN : i % 7 - 2);
  let most = 0;
  const deferred = defer(data.length, (at, into) => {
    most = Math.max(most, into.length);
    into.set(new Uint8Array(data.buffer, at, into.length));
  });
  assert.deepEqual(statisticsOf(deferred), statisticsOf(data));
  assert.deepEqual(histogramOf(deferred), histogramOf(data));
  assert.equal(most, 1 << 20);
  assert.notEqual(deferredBytes(deferred), undefined);
});

Deno.test("channels are tiled, with a transparent pixel between them", () => {
  const data = Float32Array.of(0, 1, 0, 5, 2, 0);
  const { width, height, columns, count, data: pixels } = channelTiles({
    shape: [1, 3, 1, 2],
    data,
  });
  assert.deepEqual([width, height, columns, count], [2 * 3 - 1, 3, 2, 3]);
  const alpha = (x: number, y: number) => pixels[(y * width + x) * 4 + 3];
  assert.deepEqual([0, 1, 2, 3, 4].map((x) => alpha(x, 0)), [255, 255, 0, 255, 255]);
  assert.deepEqual([0, 1, 2].map((y) => alpha(0, y)), [255, 0, 255]);
  assert.equal(alpha(3, 2), 0);
  const colour = (x: number, y: number) =>
    pixels.slice((y * width + x) * 4, (y * width + x) * 4 + 3);
  // Each channel has its own scale.
  assert.deepEqual(colour(1, 0), colour(4, 0));
  assert.deepEqual(colour(0, 2), colour(1, 0));
  assert.notDeepEqual(colour(0, 0), colour(1, 0));
  // Single numbers have one scale, on which other samples have no influence.
  const scores = (batch: number) =>
    channelTiles({ shape: [batch, 2], data: Float32Array.of(1, 2, 3, 4).subarray(0, 2 * batch) });
  assert.deepEqual(scores(2).data, scores(1).data);
});

Deno.test("filters are shown in colours", () => {
  // One filter of 1×2: blue on the left, its opposite on the right.
  const tensor = { shape: [1, 3, 1, 2], data: Float32Array.of(1, -1, 0, 0, 0, 0) };
  assert.deepEqual([...filterTiles(tensor, "bgr")!.data.subarray(0, 3)], [128, 128, 255]);
  assert.deepEqual([...filterTiles(tensor, "rgb")!.data.subarray(0, 3)], [255, 128, 128]);
  assert.equal(filterTiles({ ...tensor, shape: [1, 6, 1, 1] }, "bgr"), undefined);
});
