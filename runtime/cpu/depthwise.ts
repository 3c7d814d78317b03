/**
 * Depthwise convolution: four pixels of a row at a time, the weights in registers.
 *
 * @module
 */
import type { Node } from "../graph.ts";
import * as w from "../wasm/assembler.ts";
import { finishOf, residualOf } from "./functions.ts";
import { along, gather, put, type Site, spread, type Step } from "./kernel.ts";
import { planesOf, windowsEnd } from "./pad.ts";

/** Whether a convolution has as many groups as input and output channels. */
export function isDepthwise({ attributes, inputs: [input], output }: Node<"conv2d">): boolean {
  const { group } = attributes;
  return group > 1 && group === input!.shape[1] && group === output.shape[1];
}

/** The kernel of a depthwise convolution. */
export function depthwise(site: Site, node: Node<"conv2d">): Step[] {
  const { attributes, inputs: [input, weights, biases], output } = node;
  const { kernel: window, stride, pad, dilation, group, bias } = attributes;
  const [batch, , rows, columns] = output.shape as [number, number, number, number];
  const planes = planesOf(site, input!, pad, windowsEnd(attributes, output));
  const narrow = columns < 4;
  const finish = finishOf(attributes);
  const size = window[0] * window[1];
  const name = `depthwise ${window} ${stride[1]} ${dilation[1]} ${bias} ${narrow} ${finish.name} `;
  const m = site.module;
  site.reserve(planes.bytes);
  return [
    spread(site, name + planes.name, batch * group, [
      ...[site.address(output), site.address(weights!), bias ? site.address(biases!) : 0],
      ...[residualOf(site, node), rows, columns, 4 * planes.width * dilation[0]],
      ...[4 * planes.width * stride[0], group, ...planes.parameters],
    ], (f, p, own, fields) => {
      const [to, weights, biases, residual, rows, columns, pitch, step, group] = fields;
      const [x, y, row, at, result, channel] = f.ints();
      const taps = f.vectors(size);
      const [sum, offset] = [f.vector(), f.vector()];
      const place = w.add(result, w.mul(x, 4));
      return [
        w.set(result, w.mul(p, 4, rows, columns)),
        w.set(channel, w.rem(p, group)),
        planes.take(f, row, p, own, fields),
        ...taps.flatMap((tap, i) =>
          w.set(tap, w.loadSplat(w.add(weights, w.mul(channel, 4 * size)), 4 * i))
        ),
        w.set(offset, bias ? w.loadSplat(w.add(biases, w.mul(channel, 4))) : w.constant(0)),
        w.loop(y, 0, rows, 1, [
          along(x, columns, narrow, [
            w.set(at, w.add(row, w.mul(x, 4 * stride[1]))),
            w.set(sum, offset),
            ...taps.flatMap((tap, i) => {
              const left = 4 * (i % window[1]) * dilation[1];
              const pixels = narrow ? w.load(at, left) : gather(at, stride[1], left);
              return [
                w.set(sum, m.fma(tap, pixels, sum)),
                ...i % window[1] === window[1] - 1 ? w.set(at, w.add(at, pitch)) : [],
              ];
            }),
            ...put(narrow)(
              w.add(to, place),
              finish.apply(m, f, sum, w.load(w.add(residual, place))),
            ),
          ]),
          w.set(row, w.add(row, step)),
          w.set(result, w.add(result, w.mul(columns, 4))),
        ]),
      ];
    }),
  ];
}
