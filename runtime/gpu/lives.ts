/**
 * Live ranges of a plan's tensors, and which of them are stored in textures.
 *
 * @module
 */
import type { Life } from "../allocation.ts";
import { bytesOfCell, type Cell, placeOf } from "./cell.ts";
import type { Constant, Plan, Step } from "./steps.ts";
import { bytesOfTexel, tableWidth } from "./storage.ts";

/** What of a plan uses tensors. */
type Parts = Pick<Plan, "inputs" | "steps" | "outputs">;

/** The live range of each cell that owns memory. */
export function livesOf({ inputs, steps, outputs }: Parts): ReadonlyMap<Cell, Life> {
  const lives = new Map<Cell, Life>();
  const use = (cell: Cell, step: number) => {
    const { root } = placeOf(cell);
    const from = lives.get(root)?.from ?? step;
    lives.set(root, { bytes: bytesOfCell(root), from, to: step });
  };
  for (const cell of inputs) use(cell, -1);
  steps.forEach(({ writes, reads }, step) => {
    for (const operand of [writes, ...reads]) if ("layout" in operand) use(operand, step);
  });
  for (const operand of outputs) if ("layout" in operand) use(operand, Infinity);
  return lives;
}

/**
 * Cells that some step binds twice. They get a buffer of their own: all others share one, which is
 * bound `read_write`, and WebGPU refuses writable bindings that overlap.
 */
export function readTwice(steps: readonly Step[]): ReadonlySet<Cell> {
  const twice = new Set<Cell>();
  for (const { reads } of steps) {
    const seen = new Set<Cell>();
    for (const operand of reads) {
      if (!("layout" in operand)) continue;
      const { root } = placeOf(operand);
      if (seen.has(root)) twice.add(root);
      seen.add(root);
    }
  }
  return twice;
}

/** WebGPU's default `maxStorageTexturesPerShaderStage`. */
const mostTextures = 4;

/**
 * The cells that are stored in textures of their own: those that shaders access only through
 * functions. A software adapter takes about a quarter of the time to read a texel.
 *
 * @param rows The most rows of a texture.
 */
export function texturesOf(plan: Parts, rows: number): ReadonlySet<Cell> {
  const textures = new Set<Cell>();
  for (const [cell, { bytes }] of livesOf(plan)) {
    const texels = bytes / bytesOfTexel[cell.format];
    const fits = texels % 1 === 0 && texels <= rows * tableWidth;
    if (cell.layout === "fours" && fits) textures.add(cell);
  }
  const refuse = (operand: Cell | Constant) =>
    "layout" in operand && textures.delete(placeOf(operand).root);
  const inPlanes = (operand: Cell | Constant) => "layout" in operand && operand.layout === "planes";
  plan.outputs.forEach(refuse);
  for (const { shader, writes, reads } of plan.steps) {
    if (shader.puts === false || shader.updates) refuse(writes);
    [writes, ...reads].filter(inPlanes).forEach(refuse);
  }
  for (const { writes, reads } of plan.steps) {
    const bound = [writes, ...reads].filter((operand) =>
      "layout" in operand ? textures.has(placeOf(operand).root) : operand.storage.texture
    );
    bound.slice(mostTextures).forEach(refuse);
  }
  return textures;
}
