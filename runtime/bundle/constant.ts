/**
 * Reads a constant of a bundle from its members.
 *
 * @module
 */
import { showShape, type Tensor } from "../tensor.ts";
import { refuse } from "./model_file.ts";
import { readNpy } from "./npy.ts";
import type { ZipMember } from "./zip.ts";

/** A constant's numbers. */
export interface ReadConstant {
  readonly tensor: Tensor;
  /** Whether they are a view of the bundle's own bytes. */
  readonly isView: boolean;
}

/**
 * Reads a constant.
 *
 * @param name The constant's name, for messages.
 * @param scales For int8: the factor of each row, which its numbers are multiplied by.
 * @throws {TypeError} if a member is damaged or holds something else.
 */
export async function readConstant(
  name: string,
  member: ZipMember,
  scales: ZipMember | undefined,
): Promise<ReadConstant> {
  const bytes = await member.read();
  const tensor = readNpy(bytes, member.name);
  const isView = member.isStored && tensor.data.buffer === bytes.buffer;
  if (scales === undefined) return { tensor, isView };
  const factors = readNpy(await scales.read(), scales.name);
  // Numbers that are not a view of the bundle may be overwritten.
  return { tensor: scaleRows(name, tensor, factors, !isView), isView: false };
}

/** Multiplies each row by its scale. */
function scaleRows(
  name: string,
  { shape, data }: Tensor,
  scales: Tensor,
  inPlace: boolean,
): Tensor {
  if (scales.data.length !== shape[0]) {
    const has = `${showShape(shape)}, but has ${scales.data.length} scales`;
    refuse(`constant ${JSON.stringify(name)} is ${has}`);
  }
  const length = data.length / shape[0];
  const scaled = inPlace ? data : new Float32Array(data.length);
  for (let i = 0, row = 0; row < shape[0]; row++) {
    const scale = scales.data[row]!;
    for (const end = i + length; i < end; i++) scaled[i] = data[i]! * scale;
  }
  return { shape, data: scaled };
}
