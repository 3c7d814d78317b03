/**
 * Depthwise convolution: four pixels of four rows at a time, the weights in registers.
 *
 * @module
 */
import type { Node } from "../graph.ts";
import type { Shape4 } from "../tensor.ts";
import * as w from "../wasm/assembler.ts";
import type { Code } from "../wasm/assembler.ts";
import { finishOf, residualOf } from "./functions.ts";
import { along, gather, put, type Site, spread, type Step } from "./kernel.ts";
import { planesOf, windowsEnd } from "./pad.ts";

/** Whether a convolution has as many groups as input and output channels. */
export function isDepthwise({ attributes, inputs: [input], output }: Node<"conv2d">): boolean {
  const { group } = attributes;
  return group > 1 && group === input!.shape[1] && group === output.shape[1];
}

/** The rows of the output that are computed together, so that each pixel is loaded once for all. */
const mostRows = 4;

/** The kernel of a depthwise convolution. */
export function depthwise(site: Site, node: Node<"conv2d">): Step[] {
  const { attributes, inputs: [input, weights, biases], output } = node;
  const { kernel: window, stride, pad, dilation, group, bias } = attributes;
  const [batch, , rows, columns] = output.shape as Shape4;
  const planes = planesOf(site, input!, pad, windowsEnd(attributes, output));
  const narrow = columns < 4, some = Math.min(rows, mostRows);
  const finish = finishOf(attributes);
  const size = window[0] * window[1];
  const m = site.module;
  const name = `depthwise ${[window, stride, dilation, bias, some, narrow, finish.name]} `;
  site.reserve(planes.bytes);
  return [
    spread(site, name + planes.name, batch * group, [
      site.address(output),
      site.address(weights!),
      bias ? site.address(biases!) : 0,
      residualOf(site, node),
      rows,
      columns,
      4 * planes.width,
      group,
      ...planes.parameters,
    ], (f, p, own, fields) => {
      const [to, weights, biases, residual, rows, columns, pitch, group] = fields;
      const [x, y, plane, at, result, channel] = f.ints();
      const taps = f.vectorArray(size), sums = f.vectorArray(some);
      const [pixels, offset] = f.vectors();
      const below = (row: number) => w.mul(w.add(w.mul(y, stride[0]), row), pitch);
      // What the sums take of a row of the image.
      const ofRow = (row: number): Code => {
        const heights = sums.map((_, i) => (row - i * stride[0]) / dilation[0]);
        const isTaken = heights.map((h) => Number.isInteger(h) && h >= 0 && h < window[0]);
        if (!isTaken.includes(true)) return [];
        const take = (tap: number) =>
          sums.flatMap((sum, i) =>
            isTaken[i] ? w.set(sum, m.fma(taps[heights[i]! * window[1] + tap]!, pixels, sum)) : []
          );
        return [
          w.set(at, w.add(plane, w.mul(x, 4 * stride[1]), below(row))),
          ...Array.from({ length: window[1] }, (_, tap) => [
            w.set(pixels, gather(at, narrow ? 1 : stride[1], 4 * tap * dilation[1])),
            ...take(tap),
          ]),
        ];
      };
      const imageRows = (some - 1) * stride[0] + (window[0] - 1) * dilation[0] + 1;
      return [
        planes.take(f, plane, p, own, fields),
        w.set(channel, w.rem(p, group)),
        ...taps.flatMap((tap, i) =>
          w.set(tap, w.loadSplat(w.add(weights, w.mul(channel, 4 * size)), 4 * i))
        ),
        w.set(offset, bias ? w.loadSplat(w.add(biases, w.mul(channel, 4))) : w.constant(0)),
        along(y, rows, false, [
          along(x, columns, narrow, [
            ...sums.flatMap((sum) => w.set(sum, offset)),
            ...Array.from({ length: imageRows }, (_, row) => ofRow(row)),
            w.set(result, w.mul(w.add(w.mul(w.add(w.mul(p, rows), y), columns), x), 4)),
            ...sums.flatMap((sum) => [
              ...put(narrow)(
                w.add(to, result),
                finish.apply(m, f, sum, w.load(w.add(residual, result))),
              ),
              ...w.set(result, w.add(result, w.mul(columns, 4))),
            ]),
          ]),
        ], some),
      ];
    }),
  ];
}
