/**
 * Uploads constants to the device.
 *
 * @module
 */
import { toHalf } from "../half.ts";
import { toInt8 } from "../int8.ts";
import type { Packing } from "../ops/shader.ts";
import type { Constant } from "./steps.ts";
import { bytesOfTexel, type Format, formats, tableWidth } from "./storage.ts";

/** float32 values, the bits of float16 values, or int8 values in units of 1/127. */
type Stored = Float32Array | Uint16Array | Int8Array;

/** How many numbers are packed at a time, roughly. */
const partLength = 2 ** 20;
/** The bytes from which a part is submitted on its own. */
const largeBytes = 2 ** 20;

/**
 * Packs, converts and uploads a constant. A large one goes in parts, which are still in the cache
 * when they are copied, and keep the peak of memory low. (`mappedAtCreation` is slower: Deno copies
 * mapped buffers too.)
 */
export function uploadConstant(
  device: GPUDevice,
  { data, shape, packing, name, storage: { texture, format } }: Constant,
): GPUBuffer | GPUTexture {
  const row = data.length / (shape[0] ?? 1);
  const asIs: Omit<Packing, "name"> = { step: 4, pack: (data) => data };
  const { pack, step = data.length || 1 } = packing ?? asIs;
  const length = Math.max(1, Math.round(partLength / step)) * step;
  let held: GPUBuffer | GPUTexture | undefined;
  let packed: Float32Array | undefined;
  /** How many numbers have been read, and how many written. */
  let start = 0, end = 0;
  do {
    const part = data.subarray(start, start + length);
    // Rounded before they are packed, while rows are whole. A packing only moves numbers, whatever
    // their type is.
    const rounded = format === "int8" ? toInt8(part, part.length / row) as unknown : part;
    packed = pack(rounded as Float32Array, part.length === length ? packed : undefined);
    const values = narrow[format](packed);
    if (held === undefined) {
      const total = values.length * Math.ceil(data.length / step) / Math.ceil(part.length / step);
      held = texture
        ? texelsOf(device, total / 4, formats[format].texel, name)
        : device.createBuffer({
          label: name,
          size: Math.max(4, total * values.BYTES_PER_ELEMENT),
          usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC,
        });
    }
    if ("size" in held) {
      device.queue.writeBuffer(held, end * values.BYTES_PER_ELEMENT, values as BufferSource);
    } else writeTexels(device, values, held, end / 4);
    start += length;
    end += values.length;
    // Submitting executes the pending copies, so that their staging memory is freed.
    if (values.byteLength > largeBytes) device.queue.submit([]);
  } while (start < data.length);
  return held;
}

/** By format, what narrows packed numbers to it. */
const narrow: Readonly<Record<Format, (packed: Float32Array) => Stored>> = {
  float32: (packed) => packed,
  float16: toHalf,
  int8: (packed) => new Int8Array(packed),
};

/** Writes numbers into a texture, four a texel, starting at its texel `first`. */
function writeTexels(device: GPUDevice, values: Stored, texture: GPUTexture, first: number): void {
  const bytes = 4 * values.BYTES_PER_ELEMENT;
  inRows(first, values.length / 4, (origin, extent, from) => {
    const layout = { offset: from * bytes, bytesPerRow: tableWidth * bytes };
    device.queue.writeTexture({ texture, origin }, values as BufferSource, layout, extent);
  });
}

/** A texture with room for a number of texels. */
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

/**
 * Copies a buffer's quads into the first texels of a texture, and up to the end of the last row what
 * follows them, because a second copy for a part of a row costs the host as much as the first.
 */
export function copyTexels(
  encoder: GPUCommandEncoder,
  { buffer, offset, size }: Required<GPUBufferBinding>,
  texture: GPUTexture,
): void {
  const bytes = bytesOfTexel[texture.format === "rgba16float" ? "float16" : "float32"];
  const bytesPerRow = tableWidth * bytes, whole = Math.ceil(size / bytesPerRow) * bytesPerRow;
  const copied = size > bytesPerRow && offset + whole <= buffer.size ? whole : size;
  inRows(0, copied / bytes, (origin, extent, at) => {
    const from = { buffer, offset: offset + at * bytes, bytesPerRow };
    encoder.copyBufferToTexture(from, { texture, origin }, extent);
  });
}

/**
 * Splits a copy of `texels` texels, starting at texel `first`, into rectangles: blocks of whole
 * rows, and parts of rows.
 */
function inRows(
  first: number,
  texels: number,
  copy: (origin: GPUOrigin3DDict, extent: GPUExtent3DDict, from: number) => void,
): void {
  for (let from = 0; from < texels;) {
    const x = (first + from) % tableWidth, left = texels - from;
    const width = Math.min(tableWidth - x, left);
    const height = x > 0 ? 1 : Math.max(1, Math.floor(left / tableWidth));
    copy({ x, y: Math.floor((first + from) / tableWidth) }, { width, height }, from);
    from += width * height;
  }
}
