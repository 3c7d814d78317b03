/**
 * im2col: once the image is padded, it is read in another order.
 *
 * @module
 */
import type { Node } from "../graph.ts";
import { count, type Shape4 } from "../tensor.ts";
import type { Site, Step } from "./kernel.ts";
import { move } from "./move.ts";
import { padded, windowsEnd } from "./pad.ts";

/** The kernel of `im2col`: pads, then moves. */
export function im2col(site: Site, node: Node<"im2col">): Step[] {
  const { attributes, inputs: [input], output } = node;
  const { kernel, stride, pad, dilation } = attributes;
  const [, , rows, columns] = output.shape as Shape4;
  const [{ address, height, width }, steps] = padded(
    site,
    input!,
    pad,
    windowsEnd(attributes, output),
  );
  const windows = rows * columns, taps = kernel[0] * kernel[1];
  const axes = [
    { extent: count(output.shape) / windows / taps, from: height * width, to: taps * windows },
    { extent: kernel[0], from: dilation[0] * width, to: kernel[1] * windows },
    { extent: kernel[1], from: dilation[1], to: windows },
    { extent: rows, from: stride[0] * width, to: columns },
    { extent: columns, from: stride[1], to: 1 },
  ];
  return [...steps, move(site, address, site.address(output), axes)];
}
