/**
 * The GPU layout `fours`, NHWC4: channels last, in vectors of four.
 *
 * A tensor `[N, C, …]` is stored as `[N, …, ceil(C / 4)]` vectors `vec4f`, called quads. The
 * padding channels of a pixel's last quad are zero: every shader that writes NHWC4 keeps them so.
 *
 * In WGSL, `at1(i)` reads quad `i` of binding 1. The quads of pixel `p` start at `p * g.stride1 +
 * g.start1`, because a tensor may be a view of some channels of another. `put(pixel, quad, value)`
 * writes a quad of the output.
 *
 * @module
 */
import { count, type Shape } from "../../tensor.ts";
import type { Packing } from "../shader.ts";

/** The layout of a tensor in memory: `planes` is NCHW, `fours` is NHWC4. */
export type Layout = "planes" | "fours";

/** The number of quads that hold `channels` channels. */
export function quadsOf(channels: number): number {
  return Math.ceil(channels / 4);
}

/** The number of pixels of a tensor, in all samples. */
export function pixelsOf([samples, , ...extents]: Shape): number {
  return samples! * count(extents);
}

/** Packs a tensor from NCHW to NHWC4. */
export function inFours(shape: Shape): Packing {
  const channels = shape[1]!, pixel = quadsOf(channels) * 4, plane = count(shape.slice(2));
  return {
    name: `fours ${channels} ${plane}`,
    pack(data, packed = new Float32Array(pixelsOf(shape) * pixel)) {
      for (let start = 0; start < data.length; start += plane) {
        const c = start / plane % channels, n = Math.floor(start / plane / channels);
        let to = n * plane * pixel + c;
        for (let i = start; i < start + plane; i++, to += pixel) packed[to] = data[i]!;
      }
      return packed;
    },
  };
}

/** Packs one number per channel, or one for all channels. */
export function perChannel(channels: number): Packing {
  return {
    name: `channels ${channels}`,
    pack(data) {
      const packed = new Float32Array(quadsOf(channels) * 4);
      if (data.length === 1) packed.fill(data[0]!, 0, channels);
      else packed.set(data);
      return packed;
    },
  };
}
