/**
 * How weights are packed, for the GPU and the CPU.
 *
 * @module
 */
import type { Shape } from "../../tensor.ts";
import type { Packing } from "../shader.ts";
import { quadsOf } from "./layout.ts";

/**
 * Packs weights `[O, I, kH, kW]` as `[group, O/(4·quads), kH, I/4, kW, quads, 4 inputs, 4
 * outputs]`, zero-padded where channels end inside a tile.
 */
export function packTiles(
  [outputs, inputs, kernelH, kernelW]: Shape,
  group: number,
  quads: number,
): Packing {
  const groupOutputs = outputs! / group, groupTiles = Math.ceil(groupOutputs / 4 / quads);
  const inQuads = quadsOf(inputs!), step = kernelW! * quads * 16;
  const taps = kernelH! * kernelW!, row = inputs! * taps;
  return {
    name: `tiles ${outputs} ${inputs} ${kernelH} ${kernelW} ${group} ${quads}`,
    step: row * (group > 1 ? groupOutputs : quads * 4),
    pack(data, into) {
      const given = data.length / row;
      const tiles = given < groupOutputs
        ? Math.ceil(given / 4 / quads)
        : given / groupOutputs * groupTiles;
      const packed = into ?? new Float32Array(tiles * kernelH! * inQuads * step);
      for (let o = 0, rows; o < given; o += rows) {
        const g = Math.floor(o / groupOutputs), own = o % groupOutputs;
        const tile = g * groupTiles + Math.floor(own / 4 / quads), lane = (own >> 2) % quads * 16;
        rows = Math.min(4, groupOutputs - own, given - o);
        // Four outputs by four inputs at a time, which are contiguous in the packed order.
        for (let i = 0; i < inputs!; i += 4) {
          const end = Math.min(i + 4, inputs!) * taps;
          for (let tap = 0; tap < taps; tap++) {
            const h = Math.floor(tap / kernelW!), w = tap % kernelW!;
            let to = ((tile * kernelH! + h) * inQuads + (i >> 2)) * step + w * quads * 16 + lane;
            for (let k = i * taps + tap; k < end; k += taps, to += 4) {
              packQuad(data, o * row + k, row, rows, packed, to);
            }
          }
        }
      }
      return packed;
    },
  };
}

/** Copies the elements at one position of up to four rows next to each other. */
export function packQuad(
  data: Float32Array,
  from: number,
  row: number,
  rows: number,
  packed: Float32Array,
  to: number,
): void {
  packed[to] = data[from]!;
  if (rows > 1) packed[to + 1] = data[from + row]!;
  if (rows > 2) packed[to + 2] = data[from + 2 * row]!;
  if (rows > 3) packed[to + 3] = data[from + 3 * row]!;
}
