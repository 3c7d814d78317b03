/**
 * Recurrent layers, step by step: a matrix-vector product with the last hidden state, then the
 * gates.
 *
 * @module
 */
import type { Node } from "../graph.ts";
import * as w from "../wasm/assembler.ts";
import type { Code } from "../wasm/assembler.ts";
import { multiplyRows } from "./dense.ts";
import { sigmoid, tanh, unfinished } from "./functions.ts";
import { along, kernel, put, type Site, type Step } from "./kernel.ts";

/** The kernel of `recurrent`. */
export function recurrent(site: Site, node: Node<"recurrent">): Step[] {
  const { attributes: { kind }, inputs, output } = node;
  const [gates, cont, hidden, ...rest] = inputs.map((value) => site.address(value));
  const [steps, samples] = inputs[1]!.shape as [number, number];
  const units = output.shape[2]!, outputs = inputs[0]!.shape[2]!;
  const weights = rest.at(-1)!, to = site.address(output), bytes = 4 * samples * units;
  const products = site.scratch(4 * samples * outputs);
  // The cell is kept where the output has it in the end.
  const cell = to + steps * bytes;
  // The cell is updated in place, so rows must not overlap: no unit may be updated twice.
  const step = gatesKernel(site, kind === "lstm", units % 4 > 0);
  return Array.from({ length: steps }, (_, t) => [
    multiplyRows(site, {
      input: t === 0 ? hidden! : to + (t - 1) * bytes,
      weights,
      biases: 0,
      residual: 0,
      output: products,
      outputs,
      length: units,
      samples,
    }, unfinished),
    {
      kernel: step,
      parameters: [
        products,
        gates! + 4 * t * samples * outputs,
        cont! + 4 * t * samples,
        t === 0 ? rest[0]! : cell,
        cell,
        to + t * bytes,
        units,
      ],
      chunks: samples,
    },
  ]).flat();
}

/** The gates of one step of a sample. */
function gatesKernel({ module: m }: Site, isLong: boolean, narrow: boolean): number {
  return kernel(m, `gates ${isLong} ${narrow}`, (f, sample, _own, fields) => {
    const [products, gates, cont, before, cell, to, units] = fields;
    const [u, at] = f.ints();
    const sums = f.vectorArray(isLong ? 4 : 1), [goesOn, value] = f.vectors();
    const place = w.mul(w.add(w.mul(sample, units), u), 4);
    const [input, forget, output, update] = sums as [Code, Code, Code, Code];
    return [
      w.set(goesOn, w.loadSplat(w.add(cont, w.mul(sample, 4)))),
      along(u, units, narrow, [
        ...sums.flatMap((sum, gate) => [
          w.set(at, w.mul(w.add(w.mul(w.add(w.mul(sample, sums.length), gate), units), u), 4)),
          w.set(sum, m.fma(goesOn, w.load(w.add(products, at)), w.load(w.add(gates, at)))),
          w.set(sum, (isLong && gate < 3 ? sigmoid : tanh)(m, f, sum)),
        ]),
        ...isLong
          ? [
            w.set(value, w.times(w.times(goesOn, forget), w.load(w.add(before, place)))),
            w.set(value, m.fma(input, update, value)),
            ...put(narrow)(w.add(cell, place), value),
            ...put(narrow)(w.add(to, place), w.times(output, tanh(m, f, value))),
          ]
          : put(narrow)(w.add(to, place), input),
      ]),
    ];
  });
}
