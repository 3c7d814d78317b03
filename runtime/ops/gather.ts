/**
 * Looks up rows of a table, as an embedding does.
 *
 * @module
 */
import { count, type Shape, showShape } from "../tensor.ts";
import { defineOp } from "./op.ts";
import { perElement } from "./shader.ts";

/**
 * Inputs: indices of any shape, and a table `[rows, …]`. Each index is replaced by its row; indices
 * are clamped to the table.
 */
export const gather = defineOp({
  schema: {},

  parameters: () => ["weights"],

  shape(_, [positions, table]) {
    const [rows = 0, ...row] = table!;
    if (rows === 0) throw new TypeError(`its table ${showShape(table!)} has no rows`);
    return [...positions!, ...row];
  },

  reference(_, [positions, table], output) {
    const [rows, row] = sizesOf(table!.shape);
    for (let i = 0; i < output.data.length; i++) {
      const position = Math.trunc(positions!.data[Math.floor(i / row)]!);
      const nearest = Math.min(Math.max(position, 0), rows - 1);
      output.data[i] = table!.data[nearest * row + i % row]!;
    }
  },

  shaders(_, [, table], output) {
    const [rows, row] = sizesOf(table!);
    return [perElement(output, {
      code,
      constants: { rows, row },
    })];
  },
});

function sizesOf([rows, ...row]: Shape): readonly [rows: number, row: number] {
  return [rows!, count(row)];
}

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>;  // [positions, row]
@group(0) @binding(1) var<storage, read> positions: array<f32>;
@group(0) @binding(2) var<storage, read> table: array<f32>;         // [rows, row]

// One invocation copies one element.
fn invocation(i: i32) {
  let nearest = clamp(i32(positions[i / row]), 0, rows - 1);
  output[i] = table[nearest * row + i % row];
}
`;
