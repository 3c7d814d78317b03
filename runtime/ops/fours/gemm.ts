/**
 * Convolution in NHWC4 as an implicit GEMM, for hardware GPUs: `[pixels, taps] × [taps, output
 * channels]`, with im2col done on the fly.
 *
 * A workgroup stages the operands of a tile of 64 pixels by 64 channels in shared memory, four
 * quads of the sum at a time, and each of its 64 threads accumulates 8 pixels by 8 channels in
 * registers. That reads memory once where the direct shader reads it 64 times. Loads are
 * software-pipelined: those of the next step are issued, without a branch, before this one
 * computes. GPUs whose threads have few registers get smaller tiles, and so do smaller outputs, so
 * that there are enough workgroups to fill the GPU; the smallest, with many input channels, use
 * split-K: four times as many threads share the channels and add up their partial sums, in a fixed
 * order. Split-K over workgroups (`slices.ts`) keeps a large tile where there are few pixels. Chosen
 * unless the adapter is a software one.
 *
 * @module
 */
import { count, type Shape } from "../../tensor.ts";
import { type Packing, type Shader, workgroups } from "../shader.ts";
import type { Traits } from "../traits.ts";
import {
  type Convolution,
  emitOf,
  type Kernel,
  packedOf,
  placesOf,
  readerOf,
  readingOf,
} from "./convolution.ts";
import { once } from "./each.ts";
import { quadsOf } from "./layout.ts";
import { productCode, type Share } from "./product_code.ts";
import { emitSlice, sumOfSlices } from "./slices.ts";
import { packQuad } from "./weights.ts";

/** The threads of a workgroup along each side of its tile; with split-K, of each part. */
const side = 8;

/** The register tiles of a thread, the largest first. */
const shares: readonly Share[] = [
  { pixels: 8, quads: 2, parts: 1 },
  { pixels: 4, quads: 2, parts: 1 },
  { pixels: 4, quads: 1, parts: 1 },
  { pixels: 2, quads: 1, parts: 1 },
];

/** Split-K, for outputs too small to fill the GPU; it needs enough channels for all parts. */
const splitK: Share = { pixels: 2, quads: 1, parts: 4 };

/**
 * How many steps of the sum slices have to save: the second dispatch takes some microseconds on a
 * large GPU, a step 0.4 µs or more, since it waits for memory and two barriers.
 */
const stepsToSave = 48;

/** The implicit GEMM kernels of a convolution; the first has the tile for its size. */
export function gemm(convolution: Convolution, { accumulators, concurrency }: Traits): Kernel[] {
  const { group, inputs, weights } = convolution;
  const workgroupsOf = (share: Share) => gridOf(convolution, share).total;
  const all = quadsOf(inputs) >= 4 * splitK.parts ? [...shares, splitK] : shares;
  const fitting = all.filter(({ pixels, quads }) => pixels * quads <= accumulators);
  const best = fitting.find((share) => workgroupsOf(share) >= concurrency) ?? fitting.at(-1)!;
  const kernelOf = (share: Share, slices = 1) => ({
    name: `product ${share.pixels * side} × ${share.quads * side * 4}` +
      (share.parts > 1 ? `, ${share.parts} parts` : "") + (slices > 1 ? `, ${slices} slices` : ""),
    shaders: () => [
      shader(convolution, share, slices),
      ...slices > 1 ? [sumOfSlices(convolution, slices)] : [],
    ],
  });
  const kernels = [...new Set([best, ...all])].map((share) => kernelOf(share));

  const { pixels, outQuads } = gridOf(convolution, best);
  // Few pixels or channels would leave most of the largest tile empty.
  const cut = fitting.at(pixels > 32 && outQuads > 8 ? 0 : -1)!, steps = stepsOf(convolution, cut);
  const wanted = Math.ceil(concurrency / workgroupsOf(cut));
  // The partial sums are to take no more memory than the weights.
  const most = count(weights) / (pixels * outQuads * 4 * group);
  const slices = Math.floor(Math.min(wanted, most, steps / 4));
  const pays = workgroupsOf(best) < concurrency && slices === wanted &&
    steps / slices + stepsToSave <= stepsOf(convolution, best);
  const sliced = slices > 1 ? [kernelOf(cut, slices)] : [];
  return pays ? [...sliced, ...kernels] : [...kernels, ...sliced];
}

/** The product's extents, the tiles along each, and the tiles of all groups in total. */
function gridOf({ samples, rows, columns, output, group }: Convolution, share: Share) {
  const pixels = samples * rows * columns, outQuads = quadsOf(output / group);
  const pixelTiles = Math.ceil(pixels / share.pixels / side);
  const quadTiles = Math.ceil(outQuads / share.quads / side);
  return { pixels, outQuads, pixelTiles, quadTiles, total: pixelTiles * quadTiles * group };
}

/** How many steps the sum has, if they may span taps. */
function stepsOf({ inputs, kernel }: Convolution, { parts }: Share): number {
  return Math.ceil(quadsOf(inputs) * count(kernel) / 4 / parts);
}

function shader(convolution: Convolution, share: Share, slices: number): Shader {
  const { group, inputs, weights } = convolution;
  const { pixels, outQuads, pixelTiles, quadTiles, total } = gridOf(convolution, share);
  // Slices may begin and end within a tap.
  const flat = slices > 1 || quadsOf(inputs) % 4 !== 0;
  return workgroups(total * slices, {
    code: once(`product ${Object.values(share)} ${flat}`, () => productCode(share, flat)) +
      readerOf(convolution) + (slices > 1 ? emitSlice : emitOf(convolution)),
    sizes: {
      slice_steps: Math.ceil(stepsOf(convolution, share) / slices),
      pixels,
      pixel_tiles: pixelTiles,
      quad_tiles: quadTiles,
      ...placesOf(convolution),
    },
    ...readingOf(convolution),
    packed: packedOf(convolution, packing(weights, group)),
    ...slices > 1 && { between: [pixels, outQuads * group * 4 * slices], reads: [0, 1] },
  }, share.parts * side ** 2);
}

/** Packs weights `[O, I, kH, kW]` as `[group, kH, kW, I/4, 4 inputs, O/4, 4 outputs]`. */
function packing([outputs, inputs, kernelH, kernelW]: Shape, group: number): Packing {
  const groupOutputs = outputs! / group, taps = kernelH! * kernelW!;
  const inRows = quadsOf(inputs!) * 4, outRow = quadsOf(groupOutputs) * 4;
  return {
    name: `product ${outputs} ${inputs} ${taps} ${group}`,
    pack(data) {
      const packed = new Float32Array(group * taps * inRows * outRow);
      const row = inputs! * taps;
      for (let o = 0, rows; o < outputs!; o += rows) {
        const g = Math.floor(o / groupOutputs), own = o % groupOutputs;
        rows = Math.min(4, groupOutputs - own);
        for (let k = 0; k < row; k++) {
          const to = ((g * taps + k % taps) * inRows + Math.floor(k / taps)) * outRow + own;
          packQuad(data, o * row + k, row, rows, packed, to);
        }
      }
      return packed;
    },
  };
}
