/**
 * CRC-32C, the checksum of TensorFlow's checkpoints.
 *
 * @see https://www.rfc-editor.org/rfc/rfc3720#appendix-B.4
 * @module
 */
import { type Crc, crcOf } from "../../../../runtime/bundle/crc32.ts";

/** CRC-32C: its generator also divides `y²⁰⁹ + y¹⁴⁴ + y⁵⁴ + y³⁹ + y¹⁴ + 1`. */
export const crc32c: Crc = crcOf(0x82f63b78, [65, 155, 170, 195, 209]);

/**
 * A checksum as it is stored: rotated and increased, because the checksum of bytes that contain
 * their own checksum is degenerate.
 */
export function masked(crc: number): number {
  return ((crc >>> 15 | crc << 17) + 0xa282ead8) >>> 0;
}
