import assert from "node:assert/strict";
import { type SelectedState, selectLayers } from "../../lib/caffe/phase.ts";
import type { Net } from "../../lib/caffe/net.ts";
import { readNet } from "../../lib/caffe/read.ts";
import { convert } from "../../lib/convert.ts";

/** Whether a layer with some rules is selected in a network with a state of its own. */
function has(rules: string, wanted: Partial<SelectedState>, state = ""): boolean {
  const text = `state { ${state} } layer { name: "a" type: "ReLU" ${rules} }`;
  return isSelected(readNet(new TextEncoder().encode(text)), wanted);
}

/** Whether a layer with some rules is selected in a network that was saved in a phase. */
function hasSaved(phase: "TEST" | "TRAIN", rules: string): boolean {
  const net = readNet(new TextEncoder().encode(`layer { name: "a" type: "ReLU" ${rules} }`));
  return isSelected({ ...net, layers: net.layers.map((layer) => ({ ...layer, phase })) }, {});
}

function isSelected(net: Net, wanted: Partial<SelectedState>): boolean {
  return selectLayers(net, { phase: "TEST", level: 0, stages: [], ...wanted }).layers.length === 1;
}

Deno.test("selectLayers() keeps layers without rules", () => {
  assert.ok(has("", {}));
});

Deno.test("selectLayers() selects by phase", () => {
  assert.ok(has("include { phase: TEST }", {}));
  assert.ok(!has("include { phase: TRAIN }", {}));
  assert.ok(has("include { phase: TRAIN }", { phase: "TRAIN" }));
  assert.ok(!has("exclude { phase: TEST }", {}));
});

Deno.test("selectLayers() takes MyCaffe's phase RUN for another one", () => {
  for (const phase of ["TRAIN", "TEST"] as const) {
    assert.ok(!has("include { phase: RUN }", { phase }));
    assert.ok(has("exclude { phase: RUN }", { phase }));
  }
});

Deno.test("selectLayers() selects by level", () => {
  assert.ok(!has("include { min_level: 2 }", { level: 1 }));
  assert.ok(has("include { min_level: 2 }", { level: 2 }));
  assert.ok(has("include { max_level: -1 }", { level: -1 }));
  assert.ok(!has("exclude { max_level: 0 }", {}));
});

Deno.test("selectLayers() needs all stages of a rule, and none of its not_stages", () => {
  const stages = ["deploy", "fast"];
  assert.ok(has("include { stage: 'deploy' stage: 'fast' }", { stages }));
  assert.ok(!has("include { stage: 'deploy' stage: 'slow' }", { stages }));
  assert.ok(!has("include { stage: 'deploy' not_stage: 'fast' }", { stages }));
  assert.ok(has("include { not_stage: 'slow' not_stage: 'train' }", { stages }));
});

Deno.test("selectLayers() takes any of several rules", () => {
  assert.ok(has("include { phase: TRAIN } include { stage: 'deploy' }", { stages: ["deploy"] }));
  assert.ok(!has("exclude { phase: TRAIN } exclude { min_level: 0 }", {}));
  assert.ok(has("include {}", {}));
  assert.ok(!has("exclude {}", {}));
});

Deno.test("selectLayers() adds stages to those of the file, but not its phase and level", () => {
  const rule = "include { stage: 'a' stage: 'b' }";
  assert.ok(has(rule, { stages: ["b"] }, "stage: 'a'"));
  assert.ok(!has("include { phase: TRAIN }", {}, "phase: TRAIN"));
  assert.ok(!has("include { min_level: 1 }", {}, "level: 1"));
});

Deno.test("selectLayers() refuses a layer with rules of both kinds", () => {
  assert.throws(() => has("include { phase: TEST } exclude { phase: TRAIN }", {}), {
    name: "TypeError",
    message: /^Cannot convert layer "a" \(ReLU\): it has both include and exclude rules/,
  });
});

Deno.test("selectLayers() keeps layers that were saved at a level, in a stage, in the other phase", () => {
  assert.ok(hasSaved("TEST", "include { stage: 'deploy' min_level: 1 }"));
  assert.ok(hasSaved("TRAIN", "exclude { not_stage: 'deploy' }"));
  assert.ok(!hasSaved("TRAIN", "include { phase: TRAIN stage: 'deploy' }"));
  assert.ok(!hasSaved("TRAIN", "exclude { phase: TEST }"));
});

Deno.test("selectLayers() ignores the phase of a layer in a text, as Caffe does", () => {
  assert.ok(!has("phase: TEST include { phase: TEST stage: 'deploy' }", {}));
  assert.ok(!has("phase: TEST exclude { not_stage: 'deploy' }", {}));
  assert.ok(has("phase: TRAIN", {}));
});

Deno.test("selectLayers() reports the options that select other layers", () => {
  const othersOf = (rules: string, wanted: Partial<SelectedState> = {}) => {
    const text = `layer { name: "a" type: "ReLU" ${rules} }`;
    const net = readNet(new TextEncoder().encode(text));
    const { others } = selectLayers(net, { phase: "TEST", level: 0, stages: [], ...wanted });
    return others!.map(({ options }) => options);
  };
  assert.deepEqual(othersOf(""), []);
  assert.deepEqual(othersOf("include { phase: TRAIN }"), ['{ phase: "TRAIN" }']);
  assert.deepEqual(othersOf("exclude { phase: TRAIN }", { phase: "TRAIN" }), ['{ phase: "TEST" }']);
  assert.deepEqual(othersOf("include { stage: 'a' stage: 'b' }", { stages: ["b"] }), [
    '{ stages: ["a"] }',
  ]);
  assert.deepEqual(othersOf("include { phase: TRAIN min_level: 2 stage: 'a' }"), [
    '{ phase: "TRAIN", level: 2, stages: ["a"] }',
  ]);
  assert.deepEqual(othersOf("include { max_level: -1 }"), ["{ level: -1 }"]);
  // No option takes a stage away.
  assert.deepEqual(othersOf("include { not_stage: 'a' }", { stages: ["a"] }), []);
});

Deno.test("the message about a blob of layers of several stages tells which stage has which", () => {
  const data = (name: string, stage: string) =>
    `layer { name: "${name}" type: "Input" top: "data" include { stage: "${stage}" } }\n`;
  const text = data("train-data", "train") + data("val-data", "val") + data("data", "deploy") +
    'layer { name: "relu" type: "ReLU" bottom: "data" top: "relu" }';
  const has = (layer: string, stage: string) =>
    `layer "${layer}" has one, but only with { stages: ["${stage}"] }; `;
  const network = { bytes: new TextEncoder().encode(text), name: "net.prototxt" };
  assert.throws(() => convert(network), {
    message: 'Cannot convert layer "relu" (ReLU): no layer before it has a top "data"; ' +
      has("train-data", "train") + has("val-data", "val") + has("data", "deploy") +
      "if it is an input of the network, say its shape with " +
      'inputShapes: new Map([["data", [N, C, H, W]]])\n  at net.prototxt:4:1',
  });
});
