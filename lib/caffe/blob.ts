/**
 * Reads the values of a learned blob, in any of their encodings.
 *
 * @module
 */
import { fromHalf } from "../../runtime/half.ts";
import { count, type Shape, showShape } from "../../runtime/tensor.ts";
import type { LayerBlob } from "./net.ts";
import type { BlobMessage } from "./schema.ts";

/**
 * Reads a blob.
 *
 * @param where The file and position, for messages.
 * @param name The blob's name in messages: `blob 0 of layer "conv1"`.
 * @throws {SyntaxError} if the number of values differs from its shape.
 */
export function readBlob(message: BlobMessage, where: string, name: string): LayerBlob {
  const { num, channels, length, height, width } = message;
  const extents = [num, channels, ...length === undefined ? [] : [length], height, width];
  const legacy = extents.some((extent) => extent !== undefined);
  const shape = legacy ? extents.map((extent) => extent ?? 0) : message.shape?.dim ?? [];
  const refuse = (problem: string) => new SyntaxError(`Cannot read ${where}: ${name} ${problem}`);
  if (shape.some((extent) => extent < 0)) throw refuse(`has the shape ${showShape(shape)}`);
  const data = readValues(message, refuse);
  if (data.length !== count(shape)) {
    throw refuse(
      `is ${showShape(shape)}, which needs ${count(shape)} values, but it holds ${data.length}`,
    );
  }
  return { shape, legacy, data };
}

/** The message of a blob, as Caffe writes it. */
export function blobMessage(
  { shape, data }: { readonly shape: Shape; readonly data: Float32Array },
) {
  return { data, shape: { dim: shape } };
}

function readValues(message: BlobMessage, refuse: (problem: string) => Error): Float32Array {
  const { data, double_data, raw_data, raw_data_type } = message;
  if (double_data.length > 0) return new Float32Array(double_data);
  if (!raw_data) return data;
  switch (raw_data_type) {
    case "FLOAT16":
      if (raw_data.length % 2 === 0) return fromHalf(new Uint16Array(raw_data.slice().buffer));
      break;
    case "FLOAT":
      if (raw_data.length % 4 === 0) return new Float32Array(raw_data.slice().buffer);
      break;
    case "DOUBLE":
      if (raw_data.length % 8 === 0) {
        return new Float32Array(new Float64Array(raw_data.slice().buffer));
      }
      break;
    default:
      throw refuse(
        `holds integers (${raw_data_type}), but floating-point numbers are expected`,
      );
  }
  throw refuse(
    `holds ${raw_data.length} bytes of ${raw_data_type}, which is no whole number of values`,
  );
}
