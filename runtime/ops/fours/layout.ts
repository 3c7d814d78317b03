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
import type { Packing } from "../op.ts";

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
  const channels = shape[1]!, quads = quadsOf(channels), plane = count(shape.slice(2));
  return {
    name: `fours ${channels} ${plane}`,
    pack(data, packed = new Float32Array(pixelsOf(shape) * quads * 4)) {
      for (let i = 0, at = 0; i < data.length; at++) {
        const pixel = Math.floor(at / channels) * plane, end = i + plane;
        for (let to = pixel * quads * 4 + at % channels; i < end; to += quads * 4) {
          packed[to] = data[i++]!;
        }
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
      return data.length === 1 ? packed.fill(data[0]!, 0, channels) : (packed.set(data), packed);
    },
  };
}
