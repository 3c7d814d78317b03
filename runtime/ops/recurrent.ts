/**
 * A recurrent layer: what it says at each step depends on what it said at the step before.
 *
 * @see https://arxiv.org/abs/1411.4389 Long-term Recurrent Convolutional Networks
 * @module
 */
import { count, expectShape, showShape, unknownShape } from "../tensor.ts";
import { type AttributesOf, oneOf } from "./attribute.ts";
import { defineOp, mostRounds } from "./op.ts";
import { cutCode } from "./unary.ts";

const schema = {
  /** Long short-term memory, whose gates are input, forget, output and update; or a plain tanh. */
  kind: oneOf(["lstm", "tanh"]),
};

/** So many invocations share the units of a sample. */
const lanes = 256;
/** So many units fit into a workgroup's memory three times. */
const mostUnits = 1364;

/**
 * Inputs: what the data adds to each gate `[T, N, gates · units]`; for each step whether a sequence
 * goes on (1) or starts (0) `[T, N]`; hidden state, and cell if there is one, before the first step
 * `[1, N, units]`; weights `[gates · units, units]`. The output is the hidden state after each
 * step, `[T, N, units]`, which the cell after the last step follows, if there is one:
 * `[T + 1, N, units]`.
 */
export const recurrent = defineOp({
  schema,

  parameters: (attributes) => ["cont", ...statesOf(attributes), "weights"],

  shape(attributes, [gates, cont, ...rest]) {
    const [steps, batch, width] = gates!;
    const weights = rest.at(-1)!;
    const units = weights[1] ?? 0;
    if (gates!.length !== 3 || width !== units * gatesOf(attributes)) {
      throw new TypeError(
        `its gates are ${showShape(gates!)}, but weights of ${showShape(weights)} need ` +
          `[T, N, ${units * gatesOf(attributes)}]`,
      );
    }
    expectShape("weights", weights, [width!, units]);
    expectShape("continuations", cont!, [steps!, batch!]);
    for (const state of rest.slice(0, -1)) {
      if (state !== unknownShape) expectShape("first states", state, [1, batch!, units]);
    }
    if (units > mostUnits) throw new TypeError(`it has ${units} units, more than ${mostUnits}`);
    return [steps! + (attributes.kind === "lstm" ? 1 : 0), batch!, units];
  },

  macs: (_, inputs) => count(inputs[1]!) * count(inputs.at(-1)!),

  reference(attributes, [gates, cont, ...rest], output) {
    const [steps, batch] = cont!.shape as [number, number];
    const units = output.shape[2]!;
    const weights = rest.at(-1)!.data;
    const many = gatesOf(attributes);
    for (let n = 0; n < batch; n++) {
      const [first, cell] = rest.slice(0, -1).map(({ data }) =>
        Float64Array.from(data.subarray(n * units, (n + 1) * units))
      );
      let hidden = first!;
      for (let t = 0; t < steps; t++) {
        const goesOn = cont!.data[t * batch + n]!;
        const sum = (gate: number, u: number) => {
          const row = gate * units + u;
          let product = 0;
          for (let j = 0; j < units; j++) product += weights[row * units + j]! * hidden[j]!;
          return gates!.data[(t * batch + n) * many * units + row]! + goesOn * product;
        };
        hidden = hidden.map((_, u) => {
          if (attributes.kind === "tanh") return Math.tanh(sum(0, u));
          const [input, forget, out] = [0, 1, 2].map((gate) => 1 / (1 + Math.exp(-sum(gate, u))));
          cell![u] = goesOn * forget! * cell![u]! + input! * Math.tanh(sum(3, u));
          return out! * Math.tanh(cell![u]!);
        });
        output.data.set(hidden, (t * batch + n) * units);
      }
      if (cell !== undefined) output.data.set(cell, (steps * batch + n) * units);
    }
  },

  shaders(attributes, [_, cont], output) {
    const [steps, batch] = cont as [number, number];
    const units = output[2]!;
    const gate_count = gatesOf(attributes);
    const rounds = Math.ceil(units / lanes) * (gate_count * units + 4);
    const most = Math.max(1, Math.floor(mostRounds / rounds));
    return Array.from({ length: Math.ceil(steps / most) }, (_, i) => ({
      code: cutCode + code + stepCodes[attributes.kind],
      constants: {
        steps,
        batch,
        units,
        gate_count,
        first: i * most,
        last: Math.min(steps, (i + 1) * most),
      },
      workgroups: [batch, 1, 1],
    }));
  },
});

type RecurrentAttributes = AttributesOf<typeof schema>;

function gatesOf({ kind }: RecurrentAttributes): number {
  return kind === "lstm" ? 4 : 1;
}

/** What is kept from step to step. */
function statesOf({ kind }: RecurrentAttributes): readonly string[] {
  return kind === "lstm" ? ["hidden", "cell"] : ["hidden"];
}

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;  // [steps (+ 1), batch, units]
@group(0) @binding(1) var<storage, read> gates: array<f32>;         // [steps, batch, gate_count, units]
@group(0) @binding(2) var<storage, read> cont: array<f32>;          // [steps, batch]
@group(0) @binding(3) var<storage, read> first_hidden: array<f32>;  // [1, batch, units]

const lanes = ${lanes};

var<workgroup> hidden: array<f32, units>;
var<workgroup> cell: array<f32, units>;
var<workgroup> next: array<f32, units>;

// What a gate of a unit adds up to.
fn gate_sum(t: i32, n: i32, gate: i32, u: i32) -> f32 {
  let row = gate * units + u;
  var product = 0.0;
  for (var j = 0; j < units; j++) { product += weights[row * units + j] * hidden[j]; }
  let at = t * batch + n;
  return gates[at * gate_count * units + row] + cont[at] * product;
}

fn sigmoid(x: f32) -> f32 { return 1.0 / (1.0 + exp(-cut(x, -80.0, 80.0))); }
fn bend(x: f32) -> f32 { return tanh(cut(x, -10.0, 10.0)); }

// One workgroup goes through the steps from first to last of one sample; each invocation has some of
// the units. The output keeps what the next steps start from.
@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let n = i32(group.x);
  for (var u = i32(lane); u < units; u += lanes) {
    if (first == 0) {
      hidden[u] = first_hidden[n * units + u];
    } else {
      hidden[u] = output[((first - 1) * batch + n) * units + u];
    }
    start(n, u);
  }
  for (var t = first; t < last; t++) {
    workgroupBarrier();
    for (var u = i32(lane); u < units; u += lanes) { next[u] = take_step(t, n, u); }
    workgroupBarrier();
    for (var u = i32(lane); u < units; u += lanes) {
      hidden[u] = next[u];
      output[(t * batch + n) * units + u] = next[u];
    }
  }
  for (var u = i32(lane); u < units; u += lanes) { finish(n, u); }
}
`;

const stepCodes = {
  lstm: /* wgsl */ `
@group(0) @binding(4) var<storage, read> first_cell: array<f32>;    // [1, batch, units]
@group(0) @binding(5) var<storage, read> weights: array<f32>;       // [gate_count, units, units]

fn start(n: i32, u: i32) {
  if (first == 0) {
    cell[u] = first_cell[n * units + u];
  } else {
    cell[u] = output[(steps * batch + n) * units + u];
  }
}
fn finish(n: i32, u: i32) { output[(steps * batch + n) * units + u] = cell[u]; }

// The hidden state of a unit after a step; its cell is changed on the way.
fn take_step(t: i32, n: i32, u: i32) -> f32 {
  let kept_cell = cont[t * batch + n] * sigmoid(gate_sum(t, n, 1, u)) * cell[u];
  cell[u] = kept_cell + sigmoid(gate_sum(t, n, 0, u)) * bend(gate_sum(t, n, 3, u));
  return sigmoid(gate_sum(t, n, 2, u)) * bend(cell[u]);
}
`,
  tanh: /* wgsl */ `
@group(0) @binding(4) var<storage, read> weights: array<f32>;       // [units, units]

fn start(n: i32, u: i32) {}
fn finish(n: i32, u: i32) {}

// The hidden state of a unit after a step.
fn take_step(t: i32, n: i32, u: i32) -> f32 { return bend(gate_sum(t, n, 0, u)); }
`,
};
