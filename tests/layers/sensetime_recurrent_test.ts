/**
 * The recurrent layers of SenseTime's tool chain, compared with plain loops.
 */
import assert from "node:assert/strict";
import { inputText } from "../input_text.ts";
import { at, numbers, tensorOf } from "./elements.ts";
import { testEverywhere } from "./everywhere.ts";
import { netLayer, runLayer } from "./harness.ts";
import { blob } from "./text_layer.ts";

const [steps, samples, inputs, units] = [3, 2, 4, 5];
const x = numbers([steps, samples, inputs], 1);
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

for (const [type, gates] of [["SLLSTM", 4], ["SLGRNN", 3]] as const) {
  const hidden = numbers([gates * units, units], 2, 1), biases = numbers([2 * gates * units], 3, 1);
  const weights = numbers([gates * units, inputs], 4, 1);

  /** The hidden states of all steps. */
  const expected = () => {
    let h = tensorOf([samples, units], () => 0), c = h;
    const all = Array.from({ length: steps }, (_, t) => {
      const last = h, cell = c;
      const own = (n: number, row: number) => {
        let sum = biases.data[row]!;
        for (let i = 0; i < inputs; i++) sum += at(x, t, n, i) * at(weights, row, i);
        return sum;
      };
      const past = (n: number, row: number) => {
        let sum = biases.data[gates * units + row]!;
        for (let k = 0; k < units; k++) sum += at(last, n, k) * at(hidden, row, k);
        return sum;
      };
      const both = (n: number, row: number) => own(n, row) + past(n, row);
      if (gates === 4) {
        const [input, forget, output, update] = [0, 1, 2, 3].map((k) => k * units) as [
          number,
          number,
          number,
          number,
        ];
        c = tensorOf([samples, units], (n, u) =>
          sigmoid(both(n!, forget + u!)) * at(cell, n!, u!) +
          sigmoid(both(n!, input + u!)) * Math.tanh(both(n!, update + u!)));
        h = tensorOf(
          [samples, units],
          (n, u) => sigmoid(both(n!, output + u!)) * Math.tanh(at(c, n!, u!)),
        );
      } else {
        h = tensorOf([samples, units], (n, u) => {
          const update = sigmoid(both(n!, u!)), reset = sigmoid(both(n!, units + u!));
          const row = 2 * units + u!;
          const next = Math.tanh(own(n!, row) + reset * past(n!, row));
          return (1 - update) * next + update * at(last, n!, u!);
        });
      }
      return h;
    });
    return tensorOf([steps, samples, units], (t, ...place) => at(all[t!]!, ...place));
  };

  testEverywhere(type, {
    text: `${inputText("x", x.shape)} layer { name: "y" type: "${type}" bottom: "x" top: "y"
      recurrent_param { num_output: ${units} hidden_bias: true }
      ${[hidden, biases, weights].map(({ shape, data }) => blob(shape, [...data])).join(" ")} }`,
    inputs: [x],
    outputs: [expected()],
  });

  Deno.test(`${type} needs sequences of samples, num_output and hidden_bias`, () => {
    const flat = numbers([steps, inputs], 1), settings = { num_output: units, hidden_bias: true };
    for (
      const [data, wrong] of [
        [flat, settings],
        [x, { ...settings, num_output: 0 }],
        [x, { ...settings, hidden_bias: false }],
      ] as const
    ) {
      assert.throws(() => runLayer(netLayer(type, wrong), [data]), {
        message: /, but the bottom must be \[T, N, I\], num_output above 0, and hidden_bias true$/,
      });
    }
  });
}
