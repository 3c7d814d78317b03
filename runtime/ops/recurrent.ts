/**
 * A recurrent layer: what it says at each step depends on what it said at the step before.
 *
 * @see https://arxiv.org/abs/1411.4389 Long-term Recurrent Convolutional Networks
 * @module
 */
import { count, expectShape, showShape } from "../tensor.ts";
import { type AttributesOf, boolean, oneOf } from "./attribute.ts";
import { defineOp } from "./op.ts";

const schema = {
  /** Long short-term memory, whose gates are input, forget, output and update; or a plain tanh. */
  kind: oneOf(["lstm", "tanh"]),
  /** Whether the output is the hidden state or the memory cell at each step. */
  result: oneOf(["hidden", "cell"], "hidden"),
  /** Whether the state before the first step is given; else it is zero. */
  initial: boolean(false),
};

/** So many units fit into a workgroup's memory three times. */
const mostUnits = 1365;

/**
 * Inputs: what the data adds to each gate `[T, N, gates · units]`; for each step whether a sequence
 * goes on (1) or starts (0) `[T, N]`; hidden state and cell before the first step `[1, N, units]`,
 * where they are given; weights `[gates · units, units]`. The output is `[T, N, units]`.
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
    for (const state of rest.slice(0, -1)) expectShape("first states", state, [1, batch!, units]);
    if (units > mostUnits) throw new TypeError(`it has ${units} units, more than ${mostUnits}`);
    return [steps!, batch!, units];
  },

  macs: (_, inputs, [steps, batch]) => steps! * batch! * count(inputs.at(-1)!),

  reference(attributes, [gates, cont, ...rest], output) {
    const [steps, batch, units] = output.shape as [number, number, number];
    const weights = rest.at(-1)!.data;
    const [firstHidden, firstCell] = attributes.initial ? rest : [];
    const many = gatesOf(attributes);
    for (let n = 0; n < batch; n++) {
      const first = (state?: { readonly data: Float32Array }) =>
        Float64Array.from({ length: units }, (_, u) => state?.data[n * units + u] ?? 0);
      let hidden = first(firstHidden);
      const cell = first(firstCell);
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
          cell[u] = goesOn * forget! * cell[u]! + input! * Math.tanh(sum(3, u));
          return out! * Math.tanh(cell[u]!);
        });
        const state = attributes.result === "hidden" ? hidden : cell;
        output.data.set(state, (t * batch + n) * units);
      }
    }
  },

  shaders(attributes, _, output) {
    const [steps, batch, units] = output as [number, number, number];
    const initial = statesOf(attributes).length;
    return [{
      code: code + stepCodes[attributes.kind] + starts(initial) +
        `@group(0) @binding(${3 + initial}) var<storage, read> weights: array<f32>;\n` +
        `fn kept(u: i32) -> f32 { return ${attributes.result}[u]; }\n`,
      constants: { steps, batch, units, gate_count: gatesOf(attributes) },
      workgroups: [batch, 1, 1],
    }];
  },
});

type RecurrentAttributes = AttributesOf<typeof schema>;

function gatesOf({ kind }: RecurrentAttributes): number {
  return kind === "lstm" ? 4 : 1;
}

/** The states that are given before the first step. */
function statesOf({ kind, initial }: RecurrentAttributes): readonly string[] {
  if (!initial) return [];
  return kind === "lstm" ? ["hidden", "cell"] : ["hidden"];
}

/** WGSL: the state before the first step. */
function starts(initial: number): string {
  const zero = "{ return 0.0; }";
  const read = (name: string, binding: number) =>
    `@group(0) @binding(${binding}) var<storage, read> ${name}: array<f32>;\n`;
  const hidden = initial > 0 ? "{ return first_hidden[i]; }" : zero;
  const cell = initial > 1 ? "{ return first_cell[i]; }" : zero;
  return (initial > 0 ? read("first_hidden", 3) : "") + (initial > 1 ? read("first_cell", 4) : "") +
    `fn start_hidden(i: i32) -> f32 ${hidden}\nfn start_cell(i: i32) -> f32 ${cell}\n`;
}

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;  // [steps, batch, units]
@group(0) @binding(1) var<storage, read> gates: array<f32>;         // [steps, batch, gate_count, units]
@group(0) @binding(2) var<storage, read> cont: array<f32>;          // [steps, batch]

const lanes = 64;

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

fn sigmoid(x: f32) -> f32 { return 1.0 / (1.0 + exp(-clamp(x, -80.0, 80.0))); }
fn bend(x: f32) -> f32 { return tanh(clamp(x, -10.0, 10.0)); }

// One workgroup goes through all steps of one sample; each invocation has some of the units.
@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let n = i32(group.x);
  for (var u = i32(lane); u < units; u += lanes) {
    hidden[u] = start_hidden(n * units + u);
    cell[u] = start_cell(n * units + u);
  }
  for (var t = 0; t < steps; t++) {
    workgroupBarrier();
    for (var u = i32(lane); u < units; u += lanes) { next[u] = take_step(t, n, u); }
    workgroupBarrier();
    for (var u = i32(lane); u < units; u += lanes) {
      hidden[u] = next[u];
      output[(t * batch + n) * units + u] = kept(u);
    }
  }
}
`;

const stepCodes = {
  lstm: /* wgsl */ `
// The hidden state of a unit after a step; its cell is changed on the way.
fn take_step(t: i32, n: i32, u: i32) -> f32 {
  let kept_cell = cont[t * batch + n] * sigmoid(gate_sum(t, n, 1, u)) * cell[u];
  cell[u] = kept_cell + sigmoid(gate_sum(t, n, 0, u)) * bend(gate_sum(t, n, 3, u));
  return sigmoid(gate_sum(t, n, 2, u)) * bend(cell[u]);
}
`,
  tanh: /* wgsl */ `
// The hidden state of a unit after a step.
fn take_step(t: i32, n: i32, u: i32) -> f32 { return bend(gate_sum(t, n, 0, u)); }
`,
};
