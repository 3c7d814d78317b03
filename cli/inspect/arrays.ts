/**
 * Describes the arrays that NumPy writes.
 *
 * @module
 */
import { showCount } from "../../lib/numbers.ts";
import { readNpy } from "../../runtime/bundle/npy.ts";
import { count, type Shape, showShape } from "../../runtime/tensor.ts";
import { npzOf } from "../npz.ts";
import { right, showTable } from "../table.ts";
import type { Description } from "./description.ts";

/** Describes a `.npy`. */
export function describeArray(bytes: Uint8Array, file: string): Description {
  const { shape } = readNpy(bytes, file);
  return { kind: "array", text: `an array of the shape ${showShape(shape)}`, json: { shape } };
}

/** Describes a `.npz` that is no bundle. */
export async function describeArrays(bytes: Uint8Array<ArrayBuffer>): Promise<Description> {
  const npz = npzOf(bytes);
  const arrays: { name: string; shape: Shape | null; error?: string }[] = [];
  for (const name of npz.names) {
    try {
      const { shape } = await npz.read(name);
      arrays.push({ name, shape });
    } catch (error) {
      arrays.push({ name, shape: null, error: (error as Error).message });
    }
  }
  const table = showTable(
    ["name", "shape", ...right("numbers")],
    arrays.map(({ name, shape, error }) => {
      return shape === null
        ? [name, error!, ""]
        : [name, showShape(shape), showCount(count(shape))];
    }),
  );
  return { kind: "arrays", text: `${arrays.length} arrays\n\n${table}`, json: { arrays } };
}
