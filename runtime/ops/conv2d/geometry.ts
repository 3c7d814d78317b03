/**
 * Windows that slide over images or volumes: how many there are, and the constants of shaders.
 *
 * @module
 */
import { type Shape, showShape } from "../../tensor.ts";

/** The placement of windows, per axis. */
export interface Windows {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly pad: readonly number[];
  readonly dilation: readonly number[];
}

/**
 * The number of windows along each axis.
 *
 * @throws {TypeError} if padding is negative, or a window is larger than the padded input.
 */
export function windowCounts(windows: Windows, input: Shape): number[] {
  expectPadding(windows.pad);
  return windows.kernel.map((_, axis) => windowsAlong(windows, input, axis));
}

/**
 * The number of windows along an axis: the last one ends inside the padded input.
 *
 * @throws {TypeError} if a window is larger than the padded input.
 */
export function windowsAlong(
  { kernel, stride, pad, dilation }: Windows,
  input: Shape,
  axis: number,
): number {
  const extent = dilation[axis]! * (kernel[axis]! - 1) + 1;
  const padded = input[2 + axis]! + 2 * pad[axis]!;
  if (padded < extent) {
    const lines = ["slices", "rows", "columns"].at(axis - kernel.length);
    throw new TypeError(
      `its kernel spans ${extent} ${lines}, but the padded input has only ${padded}`,
    );
  }
  return Math.floor((padded - extent) / stride[axis]!) + 1;
}

/**
 * Checks that padding adds to an image.
 *
 * @throws {TypeError} if it is negative along an axis.
 */
export function expectPadding(pad: readonly number[]): void {
  if (pad.some((extent) => extent < 0)) {
    throw new TypeError(`its padding is ${showShape(pad)}, but none may be negative`);
  }
}

/** Per-axis settings as constants: `kernel_h`, `kernel_w` and so on. */
export function alongAxes<T>(settings: Readonly<Record<string, readonly T[]>>): Record<string, T> {
  const constants: Record<string, T> = {};
  for (const [name, values] of Object.entries(settings)) {
    values.forEach((value, i) => constants[`${name}_${"dhw".at(i - values.length)}`] = value);
  }
  return constants;
}

/** The extents of an image and of the output as constants. */
export function extentsOf(input: Shape, output: Shape) {
  return {
    height: input.at(-2)!,
    width: input.at(-1)!,
    rows: output.at(-2)!,
    columns: output.at(-1)!,
  };
}

/** The constants of the windows' placement and of the groups. */
export function geometry(
  { kernel, stride, pad, dilation, group }: Windows & { readonly group: number },
  input: Shape,
  output: Shape,
): Record<string, number> {
  return {
    ...alongAxes({ kernel, stride, pad, dilation }),
    ...extentsOf(input, output),
    channels: input[1]!,
    outputs: output[1]!,
    group_inputs: input[1]! / group,
    group_outputs: output[1]! / group,
  };
}
