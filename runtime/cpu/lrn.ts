/**
 * Local response normalisation across channels, four pixels at a time.
 *
 * @module
 */
import type { Node } from "../graph.ts";
import type { Shape4 } from "../tensor.ts";
import * as w from "../wasm/assembler.ts";
import { powers } from "./functions.ts";
import { along, kernel, put, type Site, type Step } from "./kernel.ts";
import { pool } from "./pool2d.ts";

/** The kernel of `lrn` across channels: divides by a power of the neighbours' energy. */
export function lrn(site: Site, node: Node<"lrn">): Step[] | undefined {
  const { attributes: { region, size, alpha, beta, k }, inputs: [input], output } = node;
  const power = powers.get(-beta);
  if (power === undefined) return undefined;
  if (region === "within") {
    const windows = { method: "average", stride: [1, 1], kernel: [size, size] } as const;
    const pad = [(size - 1) / 2, (size - 1) / 2] as const;
    return pool(site, input!, output, { ...windows, pad }, {
      name: `lrn ${alpha} ${beta}`,
      apply: (m, mean, x) => [
        w.set(mean, m.fma(mean, w.constant(alpha), w.constant(1))),
        w.times(x, power(mean)),
      ],
    });
  }
  const [batch, channels, height, width] = output.shape as Shape4;
  const narrow = height * width < 4, reach = (size - 1) / 2;
  const m = site.module;
  return [{
    kernel: kernel(m, `lrn ${size} ${alpha} ${beta} ${k} ${narrow}`, (f, chunk, _own, fields) => {
      const [from, to, channels, plane] = fields;
      const [x, first, end, other, at] = f.ints();
      const [sum, value] = f.vectors();
      const c = w.rem(chunk, channels);
      return [
        // Neighbours are the channels from `first` to `end`, around `c`.
        w.set(first, w.sub(c, w.least(c, reach))),
        w.set(end, w.sub(w.least(w.add(c, reach + 1), channels), first)),
        w.set(at, w.mul(chunk, plane, 4)),
        w.set(first, w.mul(w.sub(first, c), plane, 4)),
        along(x, plane, narrow, [
          w.set(sum, w.constant(0)),
          w.loop(other, 0, end, 1, [
            w.set(
              value,
              w.load(w.add(from, at, w.mul(x, 4), first, w.mul(other, plane, 4))),
            ),
            w.set(sum, m.fma(value, value, sum)),
          ]),
          w.set(sum, m.fma(sum, w.constant(alpha / size), w.constant(k))),
          ...put(narrow)(
            w.add(to, at, w.mul(x, 4)),
            w.times(w.load(w.add(from, at, w.mul(x, 4))), power(sum)),
          ),
        ]),
      ];
    }),
    parameters: [site.address(input!), site.address(output), channels, height * width],
    chunks: batch * channels,
  }];
}
