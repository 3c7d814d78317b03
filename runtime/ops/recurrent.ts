/**
 * Recurrent layers: each step depends on the hidden state of the step before.
 *
 * @see https://arxiv.org/abs/1411.4389 Long-term Recurrent Convolutional Networks
 *
 * @module
 */
import { count, expectShape, showShape, unknownShape } from "../tensor.ts";
import { type AttributesOf, oneOf } from "./attribute.ts";
import { quadsOf } from "./fours/layout.ts";
import { defineOp } from "./op.ts";
import type { Packing, Shader } from "./shader.ts";
import { cutCode } from "./unary.ts";

const schema = {
  /** LSTM, with gates in the order input, forget, output and update; or a plain tanh RNN. */
  kind: oneOf(["lstm", "tanh"]),
};

/** The units that a workgroup computes, and the invocations that share the sums of each. */
const [together, lanes] = [4, 16];
/** The most units whose hidden state fits in a workgroup's memory, beside a quad per invocation. */
const mostUnits = 3840;

/**
 * Inputs: the data's contribution to each gate `[T, N, gates · units]`; for each step whether its
 * sequence continues (1) or starts (0) `[T, N]`; the initial hidden state, and for an LSTM the
 * cell, `[1, N, units]`; recurrent weights `[gates · units, units]`. Output: the hidden state after
 * each step `[T, N, units]`; an LSTM's is followed by the last cell: `[T + 1, N, units]`.
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
    if (units > mostUnits) {
      throw new TypeError(`it has ${units} units, but at most ${mostUnits} work`);
    }
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

  shaders({ kind }, [_, cont], output) {
    const [steps, batch] = cont as [number, number];
    const units = output[2]!, weights = kind === "lstm" ? 4 : 3;
    const shader: Shader = {
      code: cutCode + common + kinds[kind],
      constants: { steps, batch, units },
      tables: { [weights]: "weight" },
      packed: { [weights]: inQuads(units) },
      workgroups: [Math.ceil(units / together), batch, 1],
    };
    return Array.from({ length: steps }, (_, step) => ({ ...shader, sizes: { step } }));
  },
});

/** Pads the rows of weights `[gates · units, units]` to whole quads. */
function inQuads(units: number): Packing {
  const row = quadsOf(units) * 4;
  return {
    name: `rows ${units}`,
    mixed: true,
    pack(data) {
      const packed = new Float32Array(data.length / units * row);
      for (let from = 0, to = 0; from < data.length; from += units, to += row) {
        packed.set(data.subarray(from, from + units), to);
      }
      return packed;
    },
  };
}

type RecurrentAttributes = AttributesOf<typeof schema>;

function gatesOf({ kind }: RecurrentAttributes): number {
  return kind === "lstm" ? 4 : 1;
}

/** The names of the states kept from step to step. */
function statesOf({ kind }: RecurrentAttributes): readonly string[] {
  return kind === "lstm" ? ["hidden", "cell"] : ["hidden"];
}

const common = /* wgsl */ `
// weight: [gate_count, units, quads of units]

@group(0) @binding(0) var<storage, read_write> output: array<f32>;  // [steps (+ 1), batch, units]
@group(0) @binding(1) var<storage, read> gates: array<f32>;         // [steps, batch, gate_count, units]
@group(0) @binding(2) var<storage, read> cont: array<f32>;          // [steps, batch]
@group(0) @binding(3) var<storage, read> first_hidden: array<f32>;  // [1, batch, units]

const lanes = ${lanes}u;
const quads = (units + 3) / 4;

var<workgroup> hidden: array<vec4f, quads>;
var<workgroup> parts: array<vec4f, ${together * lanes}>;

fn sigmoid(x: f32) -> f32 { return 1.0 / (1.0 + exp(-cut(x, -80.0, 80.0))); }
fn bend(x: f32) -> f32 { return tanh(cut(x, -10.0, 10.0)); }

// A quad of the hidden state before the step, padded with zeros.
fn before(n: i32, quad: i32) -> vec4f {
  var result = vec4f();
  for (var i = 0; i < 4; i++) {
    let u = quad * 4 + i;
    if (u >= units) { break; }
    if (g.step == 0) {
      result[i] = first_hidden[n * units + u];
    } else {
      result[i] = output[((g.step - 1) * batch + n) * units + u];
    }
  }
  return result;
}

// One workgroup computes a step for some units of a sample; adjacent invocations share a unit's
// sums.
@compute @workgroup_size(${together * lanes})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let n = i32(group.y);
  let u = i32(group.x * ${together}u + local / lanes);
  for (var k = i32(local); k < quads; k += ${together * lanes}) { hidden[k] = before(n, k); }
  workgroupBarrier();
  var sums = vec4f();
  // Units beyond the last repeat the last one's work.
  for (var k = i32(local % lanes); k < quads; k += ${lanes}) {
    sums += products(min(u, units - 1), k, hidden[k]);
  }
  parts[local] = sums;
  workgroupBarrier();
  for (var half = lanes / 2u; half > 0u; half /= 2u) {
    if (local % lanes < half) { parts[local] += parts[local + half]; }
    workgroupBarrier();
  }
  if (local % lanes > 0u || u >= units) { return; }
  let at = g.step * batch + n;
  output[at * units + u] = state(n, u, at, cont[at], cont[at] * parts[local]);
}
`;

const kinds = {
  lstm: /* wgsl */ `
@group(0) @binding(4) var<storage, read> first_cell: array<f32>;    // [1, batch, units]

// What a quad of units contributes to the gates of a unit.
fn products(u: i32, k: i32, h: vec4f) -> vec4f {
  return vec4f(
    dot(weight(u * quads + k), h),
    dot(weight((units + u) * quads + k), h),
    dot(weight((units * 2 + u) * quads + k), h),
    dot(weight((units * 3 + u) * quads + k), h),
  );
}

// The hidden state of a unit after the step; updates its cell.
fn state(n: i32, u: i32, at: i32, goes_on: f32, sums: vec4f) -> f32 {
  let kept = (steps * batch + n) * units + u;
  var cell = 0.0;
  if (g.step == 0) { cell = first_cell[n * units + u]; } else { cell = output[kept]; }
  let row = at * 4 * units + u;
  let input = sigmoid(gates[row] + sums.x);
  let forget = sigmoid(gates[row + units] + sums.y);
  cell = goes_on * forget * cell + input * bend(gates[row + units * 3] + sums.w);
  output[kept] = cell;
  return sigmoid(gates[row + units * 2] + sums.z) * bend(cell);
}
`,
  tanh: /* wgsl */ `
fn products(u: i32, k: i32, h: vec4f) -> vec4f {
  return vec4f(dot(weight(u * quads + k), h), 0.0, 0.0, 0.0);
}

fn state(n: i32, u: i32, at: i32, goes_on: f32, sums: vec4f) -> f32 {
  return bend(gates[at * units + u] + sums.x);
}
`,
};
