/** GRU against plain loops. */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { writeBundle } from "../../lib/emit/bundle.ts";
import { Network } from "../../runtime/mod.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { inputText } from "../input_text.ts";
import { at, numbers, tensorOf } from "./elements.ts";
import { testEverywhere } from "./everywhere.ts";
import { blob, runText } from "./text_layer.ts";

const [steps, samples, inputs, units] = [3, 2, 4, 5];
const x = numbers([steps, samples, inputs], 1), still = numbers([samples, 2, 3], 2);
const h0 = numbers([1, samples, units], 3, 2);
const cont: Tensor = { shape: [steps, samples], data: Float32Array.of(0, 1, 1, 1, 1, 0) };
const continued: Tensor = { shape: [steps, samples], data: Float32Array.of(1, 1, 1, 0, 1, 1) };

const data = numbers([3 * units, inputs], 4, 1), biases = numbers([3 * units], 5, 1);
const static_ = numbers([3 * units, 6], 6, 1);
const recurrent = [7, 8, 9].map((salt) => numbers([units, units], salt, 1));
const linear = numbers([units], 10, 1);

interface Variant {
  readonly isStatic?: boolean;
  readonly isLinear?: boolean;
}

/** The hidden states of all steps, and the last one. */
function unrolled(cont: Tensor, h0: Tensor, { isStatic, isLinear }: Variant): [Tensor, Tensor] {
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
  let h = h0;
  const all = Array.from({ length: steps }, (_, t) => {
    const kept = tensorOf([samples, units], (n, u) => at(h, 0, n!, u!) * at(cont, t, n!));
    const input = (n: number, row: number) => {
      let sum = biases.data[row]!;
      for (let i = 0; i < inputs; i++) sum += at(x, t, n, i) * at(data, row, i);
      for (let i = 0; isStatic && i < 6; i++) sum += still.data[6 * n + i]! * at(static_, row, i);
      return sum;
    };
    const product = (gate: number, u: number, state: (k: number) => number) => {
      let sum = 0;
      for (let k = 0; k < units; k++) sum += at(recurrent[gate]!, u, k) * state(k);
      return sum;
    };
    const gate = (k: number, n: number, u: number) =>
      sigmoid(input(n, k * units + u) + product(k, u, (k) => at(kept, n, k)));
    h = tensorOf([1, samples, units], (_, n, u) => {
      const reset = (k: number) => gate(1, n!, k);
      const past = isLinear
        ? reset(u!) * (product(2, u!, (k) => at(kept, n!, k)) + linear.data[u!]!)
        : product(2, u!, (k) => reset(k) * at(kept, n!, k));
      const hidden = Math.tanh(input(n!, 2 * units + u!) + past), update = gate(0, n!, u!);
      return (1 - update) * hidden + update * at(kept, n!, u!);
    });
    return h;
  });
  return [tensorOf([steps, samples, units], (t, ...place) => at(all[t!]!, 0, ...place)), h];
}

/** The type, the settings and the learned blobs of the layer. */
function layer(settings: string, { isStatic, isLinear }: Variant) {
  const learned = [
    data,
    biases,
    ...isStatic ? [static_] : [],
    ...recurrent,
    ...isLinear ? [linear] : [],
  ];
  return `type: "GRU" recurrent_param { num_output: ${units} ${settings} } ` +
    learned.map(({ shape, data }) => blob(shape, [...data])).join(" ");
}

const given = `${inputText("x", x.shape)} ${inputText("cont", cont.shape)}`;

for (
  const [does, settings, variant, told] of [
    ["resets the state before the product", "", {}, cont],
    ["resets it after the product", "linear_before_reset: 1", { isLinear: true }, continued],
    ["has static data", `activations: ["Sigmoid", "TanH"]`, { isStatic: true }, continued],
  ] as const
) {
  const { isStatic = false } = variant as Variant;
  testEverywhere(`GRU ${does}`, {
    text: `${given} ${isStatic ? inputText("still", still.shape) : ""} ${inputText("h", h0.shape)}
      layer { name: "y" bottom: "x" bottom: "cont" ${isStatic ? `bottom: "still"` : ""} bottom: "h"
      top: "t0" top: "t1" ${layer(`expose_hidden: true ${settings}`, variant)} }`,
    inputs: isStatic ? [x, told, still, h0] : [x, told, h0],
    outputs: unrolled(told, h0, variant),
  });
}

Deno.test("GRU keeps its state between runs", async () => {
  const text = `${given} layer { name: "y" bottom: "x" bottom: "cont" top: "y" ${layer("", {})} }`;
  const file = { bytes: new TextEncoder().encode(text), name: "net.prototxt" };
  const bundle = await new Blob([...writeBundle(convert(file))]).bytes();
  const network = await Network.load(bundle, { device: "cpu" });
  const [first, h] = unrolled(cont, tensorOf(h0.shape, () => 0), {});
  const [second] = unrolled(continued, h, {});
  for (const [told, expected] of [[cont, first], [continued, second]] as const) {
    const { y } = await network.run({ x, cont: told });
    assert.deepEqual(y!.shape, expected.shape);
    y!.data.forEach((value, i) => assert(Math.abs(value - expected.data[i]!) < 1e-5));
  }
  network.destroy();
});

for (
  const [settings, bottoms, message] of [
    ["", { x, cont }, /its num_output is 0 or missing, but it must be above 0/],
    [
      "",
      { x },
      /its bottoms are \[3, 2, 4\], .* the data alone a custom layer can be given with layers: /,
    ],
    [
      "num_output: 5 expose_hidden: true",
      { x, cont, h: x },
      /its initial state is \[3, 2, 4\], but it must be \[1, 2, 5\]/,
    ],
    [
      `num_output: 5 activations: ["Sigmoid", "ReLU"]`,
      { x, cont },
      /its activations are Sigmoid and ReLU, but only Sigmoid and TanH are supported/,
    ],
    [
      "num_output: 1",
      { x: numbers([1001, 1, 1], 1), cont: numbers([1001, 1], 1) },
      /it has 1001 steps, but at most 1000 are unrolled/,
    ],
  ] as const
) {
  Deno.test(`GRU refuses "${settings}" of ${Object.keys(bottoms)} ${bottoms.x.shape}`, () => {
    const names = Object.keys(bottoms).map((name) => `bottom: "${name}"`).join(" ");
    const text =
      `layer { name: "y" type: "GRU" ${names} top: "y" recurrent_param { ${settings} } }`;
    assert.throws(() => runText(text, bottoms), { message });
  });
}
