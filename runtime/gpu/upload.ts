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

/** Numbers in single precision, or the bits of numbers in half precision. */
export type Numbers = Float32Array | Uint16Array;

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
export function textureOf(device: GPUDevice, values: Numbers, label: string): GPUTexture {
  const texels = values.length / 4;
  const width = Math.min(texels, tableWidth), rows = Math.floor(texels / width);
  const bytesPerRow = width * 4 * values.BYTES_PER_ELEMENT;
  const texture = device.createTexture({
    label,
    size: [width, Math.ceil(texels / width)],
    format: values instanceof Uint16Array ? "rgba16float" : "rgba32float",
    usage: GPUTextureUsage.STORAGE_BINDING | GPUTextureUsage.COPY_DST,
  });
  const data = values as BufferSource;
  device.queue.writeTexture({ texture }, data, { bytesPerRow }, [width, rows]);
  const rest = texels - rows * width;
  if (rest > 0) {
    const offset = rows * bytesPerRow;
    device.queue.writeTexture(
      { texture, origin: [0, rows] },
      data,
      { offset, bytesPerRow },
      [rest, 1],
    );
  }
  return texture;
}
