/**
 * ConvLSTM against its steps in plain loops.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { writeBundle } from "../../lib/emit/bundle.ts";
import { Network } from "../../runtime/mod.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { inputText } from "../input_text.ts";
import { at, numbers, tensorOf } from "./elements.ts";
import { testEverywhere } from "./everywhere.ts";
import { blob, runText } from "./text_layer.ts";

const [samples, channels, output, height, width] = [2, 3, 2, 3, 4];
const state = [1, samples, output, height, width];

/** The learned blobs of a layer: weights of each gate for the data and the hidden state, and others. */
interface Learned {
  readonly data?: readonly Tensor[];
  readonly hidden: readonly Tensor[];
  readonly biases?: readonly Tensor[];
  readonly cells?: readonly Tensor[];
}

const four = (shape: readonly number[], salt: number) =>
  [0, 1, 2, 3].map((gate) => numbers(shape, salt + gate, 2));
const data = four([output, channels, 3, 3], 10), hidden = four([output, output, 3, 3], 20);
const biases = four([output], 30), cells = four([height, width], 40).slice(0, 3);

/** The sum of a window of 3 × 3 around a pixel, weighted. */
function convolved(image: Tensor, step: number, weights: Tensor, place: readonly number[]): number {
  const [n, o, h, w] = place as [number, number, number, number];
  let sum = 0;
  for (let c = 0; c < weights.shape[1]!; c++) {
    for (let p = 0; p < 3; p++) {
      for (let q = 0; q < 3; q++) {
        const y = h + p - 1, x = w + q - 1;
        if (y < 0 || y >= height || x < 0 || x >= width) continue;
        sum += at(image, step, n, c, y, x) * at(weights, o, c, p, q);
      }
    }
  }
  return sum;
}

/** The peephole weight of a cell. */
function peephole(learned: Tensor | undefined, channel: number, pixel: readonly number[]): number {
  if (learned === undefined) return 0;
  return at(learned, ...learned.shape.length === 3 ? [channel] : [], ...pixel);
}

/** The hidden states of all steps, and the last state and cells. */
function unrolled(x: Tensor, cont: Tensor, h0: Tensor, c0: Tensor, learned: Learned) {
  const steps: Tensor[] = [];
  let [h, c] = [h0, c0];
  for (let t = 0; t < x.shape[0]!; t++) {
    const kept = tensorOf(state, (_, n, ...rest) => at(h, 0, n!, ...rest) * at(cont, t, n!));
    const last = c;
    const gate = (k: number, place: readonly number[]) => {
      const [n, o, ...pixel] = place as [number, number, number, number];
      const sum = convolved(kept, 0, learned.hidden[k]!, place) +
        (learned.biases ? at(learned.biases[k]!, o) : 0) +
        (learned.data ? convolved(x, t, learned.data[k]!, place) : 0) +
        peephole(learned.cells?.[k], o, pixel) * at(last, 0, n, o, ...pixel);
      return k === 3 ? Math.tanh(sum) : 1 / (1 + Math.exp(-sum));
    };
    c = tensorOf(
      state,
      (_, ...place) =>
        at(cont, t, place[0]!) * gate(1, place) * at(last, 0, ...place) +
        gate(0, place) * gate(3, place),
    );
    const now = c;
    h = tensorOf(state, (_, ...place) => gate(2, place) * Math.tanh(at(now, 0, ...place)));
    steps.push(h);
  }
  const all = tensorOf(
    [steps.length, ...state.slice(1)],
    (t, ...place) => at(steps[t!]!, 0, ...place),
  );
  return [all, h, c] as const;
}

/** A layer with its learned blobs, in the fork's order. */
function layer(settings: string, convolution: string, learned: Learned): string {
  const { data = [], hidden, biases, cells = [] } = learned;
  const blobs = [
    ...data,
    ...hidden.flatMap((one, k) => [one, ...biases ? [biases[k]!] : []]),
    ...cells,
  ];
  return `type: "ConvLSTM" ${settings}
    lstm_conv_param { num_output: ${output} kernel_size: 3 pad: 1 ${convolution} }
    ${blobs.map(({ shape, data }) => blob(shape, [...data])).join(" ")}`;
}

const x = numbers([3, samples, channels, height, width], 1);
const cont = tensorOf([3, samples], (t, n) => t === 0 || (t === 2 && n === 1) ? 0 : 1);
const continued = tensorOf([3, samples], () => 1);
const h0 = numbers(state, 2, 1), c0 = numbers(state, 3);

const given = Object.entries({ x, cont, h: h0, c: c0 })
  .map(([name, { shape }]) => inputText(name, shape)).join("");
const exposed = "recurrent_param { expose_hidden: true }";

for (
  const [does, settings, convolution, learned, told] of [
    ["with peepholes", "", "", { data, hidden, biases, cells }, cont],
    ["of continued sequences", "", "", { data, hidden, biases, cells }, continued],
    [
      "with a peephole for each channel",
      "lstm_debug_param { axis_hadamard: 2 num_axes_hadamard: 3 }",
      "",
      { data, hidden, biases, cells: four([output, height, width], 50).slice(0, 3) },
      cont,
    ],
    [
      "without peepholes or biases",
      "lstm_debug_param { disable_hadamard: true }",
      "bias_term: false",
      { data, hidden },
      cont,
    ],
    [
      "with ignore_x: true",
      "lstm_debug_param { ignore_x: true }",
      "",
      { hidden, biases, cells },
      continued,
    ],
  ] as const
) {
  const outputs = unrolled(x, told, h0, c0, learned);
  const ignoresData = does.endsWith("ignore_x: true");
  testEverywhere(`ConvLSTM ${does}`, {
    text: `${given} layer { name: "y" bottom: "x" bottom: "cont" bottom: "h" bottom: "c"
      top: "t0" top: "t1" top: "t2" ${layer(`${exposed} ${settings}`, convolution, learned)} }`,
    inputs: ignoresData ? [told, h0, c0] : [x, told, h0, c0],
    outputs,
  });
}

Deno.test("ConvLSTM keeps its state between runs", async () => {
  const learned = { data, hidden, biases, cells };
  const text = `${inputText("x", x.shape)} ${inputText("cont", cont.shape)}
    layer { name: "y" bottom: "x" bottom: "cont" top: "y" ${layer("", "", learned)} }`;
  const file = { bytes: new TextEncoder().encode(text), name: "net.prototxt" };
  const bundle = await new Blob([...writeBundle(convert(file))]).bytes();
  const network = await Network.load(bundle, { device: "cpu" });
  const nothing = tensorOf(state, () => 0);
  const [first, h, c] = unrolled(x, cont, nothing, nothing, learned);
  const [second] = unrolled(x, continued, h, c, learned);
  for (const [told, expected] of [[cont, first], [continued, second]] as const) {
    const { y } = await network.run({ x, cont: told });
    assert.deepEqual(y!.shape, expected.shape);
    y!.data.forEach((value, i) => assert(Math.abs(value - expected.data[i]!) < 1e-5));
  }
  network.destroy();
});

for (
  const [settings, bottoms, message] of [
    ["", { x, cont }, /no lstm_conv_param, but only agethen's ConvLSTM is supported/],
    ["lstm_conv_param { kernel_size: 3 pad: 1 }", { x, cont }, /its num_output is 0 or missing/],
    ["lstm_conv_param { num_output: 2 }", { x, cont }, /it has no kernel_size, but/],
    [
      "lstm_conv_param { num_output: 2 kernel_size: 3 }",
      { x, cont },
      /kernel is \[3, 3\] with pad \[0, 0\], .* must keep height and width/,
    ],
    [
      `lstm_conv_param { num_output: 2 kernel_size: 1 type: "hidden" }`,
      { x, cont },
      /has type "hidden" and group 1, but only one for all/,
    ],
    [
      "lstm_conv_param { num_output: 2 kernel_size: 1 } lstm_conv_param { num_output: 2 }",
      { x, cont },
      /lstm_conv_param is given twice/,
    ],
    [
      `lstm_conv_param { num_output: 2 kernel_size: 1 } lstm_debug_param { expose: "c_t=2" }`,
      { x, cont },
      /it has expose "c_t=2", but only the tops of LSTM/,
    ],
    [
      "lstm_conv_param { num_output: 2 kernel_size: 1 } lstm_debug_param { axis_hadamard: 4 }",
      { x, cont },
      /its axis_hadamard is 4 and its num_axes_hadamard 2/,
    ],
    [
      "lstm_conv_param { num_output: 2 kernel_size: 1 }",
      { x, cont: numbers([2, 3], 1) },
      /its bottoms are \[3, 2, 3, 3, 4\], \[2, 3\], but must be \[T, N, C, H, W\], \[T, N\]$/m,
    ],
    [
      "lstm_conv_param { num_output: 2 kernel_size: 1 }",
      { x: numbers([1001, 1, 1, 1, 1], 1), cont: numbers([1001, 1], 1) },
      /it has 1001 steps, but at most 1000 are unrolled/,
    ],
    [
      `${exposed} lstm_conv_param { num_output: 2 kernel_size: 1 }`,
      { x, cont },
      /\[T, N\], and twice \[1, 2, 2, 3, 4\]$/m,
    ],
  ] as const
) {
  Deno.test(`ConvLSTM refuses ${settings || "no settings"} of ${bottoms.cont.shape}`, () => {
    const text =
      `layer { name: "y" type: "ConvLSTM" bottom: "x" bottom: "cont" top: "y" ${settings} }`;
    assert.throws(() => runText(text, bottoms), { message });
  });
}
