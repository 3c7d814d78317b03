/**
 * A fully connected layer: four rows of weights at a time, each read once for up to three samples.
 *
 * With few samples this is bound by the memory bandwidth of the weights, which are not packed.
 *
 * @module
 */
import type { Node, Value } from "../graph.ts";
import { count } from "../tensor.ts";
import * as w from "../wasm/assembler.ts";
import type { Code, Scope } from "../wasm/assembler.ts";
import { type Finish, finishOf, residualOf } from "./functions.ts";
import { kernel, type Site, type Step } from "./kernel.ts";

/** The addresses of matrices; 0 for those that are not there. */
interface Product {
  /** `[samples, length]` */
  readonly input: number;
  /** `[outputs, length]` */
  readonly weights: number;
  readonly biases: number;
  readonly residual: number;
  /** `[samples, outputs]` */
  readonly output: number;
  readonly outputs: number;
  readonly length: number;
  readonly samples: number;
}

/** The kernel of `dense`, and of any convolution whose only window is the whole image. */
export function dense(site: Site, node: Node<"dense" | "conv2d">): Step[] {
  const { attributes, inputs, output } = node;
  const [input, weights, biases] = inputs as [Value, Value, Value];
  const outputs = weights.shape[0]!;
  return [multiplyRows(site, {
    input: site.address(input),
    weights: site.address(weights),
    biases: attributes.bias ? site.address(biases) : 0,
    residual: residualOf(site, node),
    output: site.address(output),
    outputs,
    length: count(weights.shape.slice(1)),
    samples: count(output.shape) / outputs,
  }, finishOf(attributes))];
}

/** The dot products of each sample with each row of weights. */
export function multiplyRows(site: Site, product: Product, finish: Finish): Step {
  const { outputs, length, samples } = product, hasBias = product.biases > 0;
  const rows = outputs < 4 ? 1 : 4, together = Math.min(samples, 3);
  // A chunk is many rows, since long sequential reads are fastest.
  const some = Math.ceil(outputs / (8 * site.threads) / rows) * rows;
  return {
    kernel: kernel(
      site.module,
      `dense ${rows} ${together} ${hasBias} ${finish.name}`,
      (f, chunk, _own, fields) => {
        const [from, weights, biases, residual, to, outputs, length, samples, some] = fields;
        const [o, end, row, n, first, sample, k, at] = f.ints();
        const m = site.module;
        const sums = Array.from({ length: together }, () => f.vectorArray(rows));
        const values = f.vectorArray(together);
        const result = f.vector();
        const bytes = w.mul(length, 4);
        const take = (load: (address: Code) => Code): Code => [
          ...values.flatMap((value, s) => w.set(value, load(w.add(sample, k, w.mul(bytes, s))))),
          ...Array.from({ length: rows }, (_, r) => [
            w.set(result, load(w.add(row, k, w.mul(bytes, r)))),
            ...values.flatMap((value, s) =>
              w.set(sums[s]![r]!, m.fma(result, value, sums[s]![r]!))
            ),
          ]).flat(),
        ];
        return [
          w.set(o, w.mul(chunk, some)),
          w.set(end, w.least(w.add(o, some), outputs)),
          w.loop(o, o, end, rows, [
            w.set(first, w.least(o, w.sub(outputs, rows))),
            w.loop(n, 0, samples, together, [
              w.set(at, w.least(n, w.sub(samples, together))),
              w.set(sample, w.add(from, w.mul(at, bytes))),
              w.set(row, w.add(weights, w.mul(first, bytes))),
              ...sums.flat().flatMap((sum) => w.set(sum, w.constant(0))),
              w.loop(k, 0, w.sub(bytes, w.rem(bytes, 16)), 16, take(w.load)),
              w.loop(k, k, bytes, 4, take((address) => w.loadLane(address, w.constant(0), 0))),
              ...sums.flatMap((sum, s) => {
                const place = w.mul(w.add(w.mul(w.add(at, s), outputs), first), 4);
                return [
                  w.set(result, total(f, sum)),
                  ...hasBias
                    ? w.set(result, w.plus(result, w.load(w.add(biases, w.mul(first, 4)))))
                    : [],
                  ...(rows === 1 ? w.storeOne : w.store)(
                    w.add(to, place),
                    finish.apply(m, f, result, w.load(w.add(residual, place))),
                  ),
                ];
              }),
            ]),
          ]),
        ];
      },
    ),
    parameters: [
      product.input,
      product.weights,
      product.biases,
      product.residual,
      product.output,
      outputs,
      length,
      samples,
      some,
    ],
    chunks: Math.ceil(outputs / some),
  };
}

/** The horizontal sums of four vectors as one vector, or of one vector in lane 0. */
function total(f: Scope, [a, b = a, c = a, d = a]: readonly Code[]): Code {
  const [ab, cd] = f.vectors();
  const halves = (a: Code, b: Code) =>
    w.plus(w.shuffle(a, b, [0, 4, 1, 5]), w.shuffle(a, b, [2, 6, 3, 7]));
  return [
    w.set(ab, halves(a!, b!)),
    w.set(cd, halves(c!, d!)),
    w.plus(w.shuffle(ab, cd, [0, 1, 4, 5]), w.shuffle(ab, cd, [2, 3, 6, 7])),
  ];
}
