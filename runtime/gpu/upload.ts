/**
 * Brings constants onto the device.
 *
 * @module
 */
import type { Traits } from "../ops/fours/layout.ts";
import { tableWidth } from "./assemble.ts";

/** The largest constant that is kept in a texture; 0, if none is. */
export function mostBytes(traits: Traits | undefined): number {
  return (traits?.textureRows ?? 0) * tableWidth * 2 * Float32Array.BYTES_PER_ELEMENT;
}

/** Numbers in single precision, the bits of numbers in half precision, or parts of 127. */
export type Numbers = Float32Array | Uint16Array | Int8Array;

/** A buffer with some numbers. */
export function bufferOf(device: GPUDevice, values: Numbers, label: string): GPUBuffer {
  const buffer = device.createBuffer({
    label,
    size: Math.max(4, values.byteLength),
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC,
  });
  device.queue.writeBuffer(buffer, 0, values as BufferSource);
  return buffer;
}

/** A texture with some numbers, four a texel, row after row. */
export function textureOf(
  device: GPUDevice,
  values: Numbers,
  format: GPUTextureFormat,
  label: string,
): GPUTexture {
  const texels = values.length / 4, bytesPerRow = tableWidth * 4 * values.BYTES_PER_ELEMENT;
  const texture = texelsOf(device, texels, format, label);
  const data = values as BufferSource;
  inRows(texels, (row, extent) => {
    const layout = { offset: row * bytesPerRow, bytesPerRow };
    device.queue.writeTexture({ texture, origin: [0, row] }, data, layout, extent);
  });
  return texture;
}

/** A texture with room for so many texels. */
export function texelsOf(
  device: GPUDevice,
  texels: number,
  format: GPUTextureFormat,
  label: string,
): GPUTexture {
  return device.createTexture({
    label,
    size: [Math.min(texels, tableWidth), Math.ceil(texels / tableWidth)],
    format,
    usage: GPUTextureUsage.STORAGE_BINDING | GPUTextureUsage.COPY_DST,
  });
}

/** Copies quads of single precision into the first texels of a texture. */
export function copyTexels(
  encoder: GPUCommandEncoder,
  { buffer, offset, size }: Required<GPUBufferBinding>,
  texture: GPUTexture,
): void {
  const bytesPerRow = tableWidth * 16;
  inRows(size / 16, (row, extent) => {
    const from = { buffer, offset: offset + row * bytesPerRow, bytesPerRow };
    encoder.copyBufferToTexture(from, { texture, origin: [0, row] }, extent);
  });
}

/** Copies so many texels: whole rows first, and then the beginning of the last. */
function inRows(texels: number, copy: (row: number, extent: [x: number, y: number]) => void): void {
  const rows = Math.floor(texels / tableWidth), rest = texels % tableWidth;
  if (rows > 0) copy(0, [tableWidth, rows]);
  if (rest > 0) copy(rows, [rest, 1]);
}
