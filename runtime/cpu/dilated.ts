/**
 * Dilated 3 × 3 convolution by Winograd. With dilation d, the pixels of every d-th row and column
 * only depend on each other; these smaller images, the phases, are stacked vertically, convolved
 * without dilation, and interleaved again.
 *
 * @module
 */
import type { Node } from "../graph.ts";
import type { Shape4 } from "../tensor.ts";
import { interleave } from "./deconv2d.ts";
import { finishing } from "./elements.ts";
import type { Site, Step } from "./kernel.ts";
import { move } from "./move.ts";
import { padded } from "./pad.ts";
import { tilesOf, winograd } from "./winograd.ts";

/** A dilated 3 × 3 convolution by Winograd's F(size × size, 3 × 3). */
export function dilated(site: Site, node: Node<"conv2d">, size: number): Step[] {
  const { attributes, inputs: [input, ...rest], output } = node;
  const { pad, dilation: [down, across], residual, activation } = attributes;
  const [batch, channels] = input!.shape as Shape4;
  const [, outputs, rows, columns] = output.shape as Shape4;
  const [tiles, fours] = tilesOf(node, size);
  // A row of unused tiles separates two phases.
  const phases = down * across, high = tiles / phases * size, wide = 4 * fours * size + 2;
  const [image, steps] = padded(site, input!, pad, [high * down - pad[0], wide * across - pad[1]]);
  const all = phases * high;
  const apart = site.temporary([batch, channels, all + 2, wide]);
  steps.push(move(site, image.address, site.address(apart), [
    { extent: batch * channels, from: high * down * wide * across, to: (all + 2) * wide },
    { extent: high, from: down * wide * across, to: wide },
    { extent: down, from: wide * across, to: across * high * wide },
    { extent: wide, from: across, to: 1 },
    { extent: across, from: 1, to: high * wide },
  ]));
  const width = Math.ceil(columns / across);
  const result = site.temporary([batch, outputs, all, width]);
  steps.push(
    ...winograd(site, {
      op: "conv2d",
      attributes: {
        ...attributes,
        pad: [0, 0],
        dilation: [1, 1],
        residual: false,
        activation: residual ? null : activation,
      },
      inputs: [apart, ...rest],
      output: result,
    }, size),
    interleave(site, batch * outputs * rows, [
      site.address(result),
      site.address(output),
      high,
      width,
      rows,
      columns,
      down,
      across,
      0,
      0,
    ]),
  );
  return residual ? [...steps, ...finishing(site, node)] : steps;
}
