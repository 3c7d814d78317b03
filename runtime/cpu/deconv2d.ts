/**
 * Transposed convolution as a stride-1 convolution that computes all phases of the stride.
 *
 * Each output channel becomes stride × stride channels of a convolution, which are then interleaved
 * (as a depth-to-space does).
 *
 * @module
 */
import type { Node } from "../graph.ts";
import { phaseTaps, phaseWeights } from "../ops/phases.ts";
import { count, type Shape4 } from "../tensor.ts";
import { finishing } from "./elements.ts";
import { packRows } from "./gemm.ts";
import { implicitGemm } from "./conv2d.ts";
import * as w from "../wasm/assembler.ts";
import type { Pack } from "./services.ts";
import { type Site, spread, type Step } from "./kernel.ts";

/** The kernel of `deconv2d`; `undefined` for computed weights, which cannot be prepacked. */
export function deconv2d(site: Site, node: Node<"deconv2d">): Step[] | undefined {
  const { attributes, inputs: [input, weights, biases], output } = node;
  const { stride, pad, dilation, group, bias, residual } = attributes;
  const parameters = bias ? [weights!, biases!] : [weights!];
  if (!parameters.every((value) => site.isConstant(value))) return undefined;
  const [batch, channels, height, width] = input!.shape as Shape4;
  const [, outputs, rows, columns] = output.shape as Shape4;
  const taps = phaseTaps(attributes, weights!.shape);
  const phases = stride[0] * stride[1], groupRows = outputs / group * phases;
  const shape = [batch, outputs * phases, height + taps[0] - 1, width + taps[1] - 1] as const;
  const depth = channels / group * taps[0] * taps[1];

  const pack: Pack = (to, data, offsets) => {
    const turned = phaseWeights(
      data!,
      weights!.shape,
      attributes,
      outputs * phases,
      (group, output, phase) => group * groupRows + output * phases + phase,
    );
    const repeated = offsets && Float32Array.from(
      { length: outputs * phases },
      (_, row) => offsets[Math.floor(row / phases)]!,
    );
    packRows(groupRows, depth, to, turned, repeated);
  };
  const length = outputs * phases * (depth + 1);
  const to = site.scratch(4 * count(shape));
  const steps = implicitGemm(site, {
    op: "conv2d",
    attributes: {
      ...attributes,
      kernel: taps,
      stride: [1, 1],
      pad: [taps[0] - 1, taps[1] - 1],
      dilation: [1, 1],
      residual: false,
      activation: residual ? null : attributes.activation,
    },
    inputs: [input!],
    output: { name: output.name, shape },
  }, {
    weights: site.packed(`phases ${stride} ${dilation} ${group}`, parameters, length, pack),
    output: to,
    residual: 0,
  });
  steps.push(interleave(site, batch * outputs * rows, [
    to,
    site.address(output),
    shape[2],
    shape[3],
    rows,
    columns,
    ...stride,
    ...pad,
  ]));
  return residual ? [...steps, ...finishing(site, node)] : steps;
}

/** Interleaves the phases row by row, and crops the padding. */
export function interleave(site: Site, all: number, parameters: readonly number[]): Step {
  return spread(site, "interleave", all, parameters, (f, row, _own, fields) => {
    const [from, to, height, width, rows, columns, down, across, top, left] = fields;
    const [y, first, phase, x, last, at] = f.ints();
    return [
      w.set(y, w.add(w.rem(row, rows), top)),
      // The address of the row in the first phase.
      w.set(
        first,
        w.add(
          w.mul(w.add(w.mul(w.div(row, rows), down), w.rem(y, down)), across, height),
          w.div(y, down),
        ),
      ),
      w.loop(phase, 0, across, 1, [
        w.set(
          x,
          w.div(w.sub(w.add(left, w.sub(across, 1)), w.least(phase, left)), across),
        ),
        w.set(at, w.sub(w.add(w.mul(x, across), phase), left)),
        w.set(at, w.add(to, w.mul(w.add(w.mul(row, columns), at), 4))),
        w.set(last, w.add(to, w.mul(w.add(row, 1), columns, 4))),
        w.set(
          x,
          w.add(from, w.mul(w.add(w.mul(w.add(first, w.mul(phase, height)), width), x), 4)),
        ),
        w.loop(at, at, last, w.mul(across, 4), [
          w.storeOne(at, w.loadSplat(x)),
          w.set(x, w.add(x, 4)),
        ]),
      ]),
    ];
  });
}
