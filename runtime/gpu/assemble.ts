/**
 * Completes the text of a shader with what depends on where its operands lie.
 *
 * @module
 */
import { largestOf } from "../int8.ts";
import { perChannel, type Traits } from "../ops/fours/layout.ts";
import type { Packing, Shader } from "../ops/op.ts";
import { bytesOf, type Cell, placeOf } from "./cell.ts";
import type { Constant, Step } from "./steps.ts";

/**
 * How many texels a row of a texture of weights has: as many as any device allows that is not limited
 * to what OpenGL ES had.
 */
export const tableWidth = 8192;

/** A shader with all of its declarations, and what it wants to be told at each launch. */
export interface Assembled {
  readonly shader: Shader;
  /** The numbers of `g`, the binding after all that the shader itself declares. */
  readonly sizes: readonly number[];
  /** How many texels its first input is copied into, to be read there; 0, if it is not. */
  readonly copied: number;
  /** What is bound after `g`. */
  readonly scales: Constant | undefined;
}

/** How a constant is kept on the device. */
export interface Storage {
  /** In a texture, which some devices read faster than a buffer. */
  readonly texture: boolean;
  readonly format: Format;
}

/** What its numbers are. */
export type Format = Traits["weights"];

/** For each format the texels of a texture, the elements of a buffer, and the four numbers of one. */
export const formats: {
  readonly [F in Format]: [texel: GPUTextureFormat, element: string, value: (at: string) => string];
} = {
  float32: ["rgba32float", "vec4f", (at) => at],
  float16: [
    "rgba16float",
    "vec2u",
    (at) => `vec4f(unpack2x16float(${at}.x), unpack2x16float(${at}.y))`,
  ],
  int8: ["rgba8snorm", "u32", (at) => `unpack4x8snorm(${at})`],
};

/** The bytes of a quad of a cell. */
const bytesOfTexel = { float32: 16, float16: 8 };

/** WGSL: `fn put(pixel: i32, quad: i32, value: vec4f)`, by what the numbers of the output are. */
const putCode = {
  float32: /* wgsl */ `
fn put(pixel: i32, quad: i32, value: vec4f) {
  at0s[pixel * g.stride0 + g.start0 + quad] = value;
}
`,
  float16: /* wgsl */ `
fn put(pixel: i32, quad: i32, value: vec4f) {
  let kept = clamp(value, vec4f(-65504.0), vec4f(65504.0));
  at0s[pixel * g.stride0 + g.start0 + quad] = vec2u(pack2x16float(kept.xy), pack2x16float(kept.zw));
}
`,
};

/** How a device keeps a constant. */
export function storageOf({ table, data, packing }: Constant, traits: Traits | undefined): Storage {
  if (table === undefined || traits === undefined) return { texture: false, format: "float32" };
  // Packing may take as much again.
  const { textureRows, weights } = traits;
  const format = packing?.mixed && weights === "int8" ? "float16" : weights;
  return { texture: textureRows * tableWidth * 2 >= data.length, format };
}

/** What weights in eight bits are parts of: the largest of each output channel. */
function scalesOf(weights: Constant): Constant {
  const [outputs] = weights.shape as [number];
  const packing: Packing = {
    name: "scales",
    pack: (data) => perChannel(outputs).pack(largestOf(data, outputs)),
  };
  return { ...weights, packing, table: undefined };
}

/**
 * How many texels a step reads its first input from, if from a texture. Where the processor does the
 * work that takes a quarter of the time, so that the copy pays.
 */
function copiedOf({ shader, reads: [input] }: Step, traits: Traits | undefined): number {
  if (!shader.copies || !("layout" in input!)) return 0;
  const { root } = placeOf(input), texels = bytesOf(root) / bytesOfTexel[root.format];
  return texels % 1 === 0 && texels <= (traits?.textureRows ?? 0) * tableWidth ? texels : 0;
}

/**
 * The whole text of a step's shader.
 *
 * @param apart The cells that do not share one buffer with all others.
 */
export function assemble(
  step: Step,
  apart: ReadonlySet<Cell>,
  traits: Traits | undefined,
): Assembled {
  const { shader, reads, writes } = step;
  const operands = [writes, ...reads], copied = copiedOf(step, traits);
  const sizes = { ...shader.sizes };
  const last = operands.length + (shader.uniforms === undefined ? 0 : 1);
  let { code } = shader, scales: Constant | undefined;
  operands.forEach((operand, binding) => {
    const read = (format: Format, texture = false) => {
      code = tableCode(`at${binding}`, binding, { texture, format }) + code;
    };
    if ("layout" in operand) {
      const { root: { format }, root, stride, start } = placeOf(operand);
      const inFours = operand.layout === "fours";
      const declared = binding === 0 && shader.puts === false;
      if (inFours && !declared || binding === 1 && shader.copies) {
        read(format, binding === 1 && copied > 0);
      }
      if (inFours && binding === 0 && !declared) code += putCode[format];
      // A buffer is bound for writing everywhere in a step, or nowhere.
      if (binding === 0 || !apart.has(root)) code = forWriting(code, binding);
      if (!inFours) return;
      Object.assign(sizes, { [`stride${binding}`]: stride, [`start${binding}`]: start });
    } else {
      if (operand.table !== undefined) {
        const storage = storageOf(operand, traits);
        if (storage.format === "int8") scales = scalesOf(operand);
        code = tableCode(operand.table, binding, storage) + scaleCode(scales && last + 1) + code;
      }
      if (operand.stride !== undefined) {
        read("float32");
        Object.assign(sizes, { [`stride${binding}`]: operand.stride, [`start${binding}`]: 0 });
      }
    }
  });
  if (shader.sizes === undefined) return { shader: { ...shader, code }, sizes: [], copied, scales };
  const members = Object.keys(sizes).map((name) => `${name}: i32`).join(", ");
  code = `struct Sizes { ${members} }
@group(0) @binding(${last}) var<uniform> g: Sizes;
` + code;
  return { shader: { ...shader, code }, sizes: Object.values(sizes), copied, scales };
}

/** The code with one of its bindings declared for reading and writing. */
function forWriting(code: string, binding: number): string {
  const declared = new RegExp(`(@binding\\(${binding}\\)\\s*var<storage)(\\s*,\\s*read\\s*)?>`);
  return code.replace(declared, "$1, read_write>");
}

function tableCode(name: string, binding: number, { texture, format }: Storage): string {
  const data = `${name}s`;
  const [texel, element, valueOf] = formats[format];
  const type = texture
    ? `var ${data}: texture_storage_2d<${texel}, read>`
    : `var<storage, read> ${data}: array<${element}>`;
  const value = texture
    ? `textureLoad(${data}, vec2i(i & ${tableWidth - 1}, i >> ${Math.log2(tableWidth)}u))`
    : valueOf(`${data}[i]`);
  return `@group(0) @binding(${binding}) ${type};
fn ${name}(i: i32) -> vec4f { return ${value}; }
`;
}

/** WGSL: `fn scale(quad: i32) -> vec4f`, what sums of products with weights are multiplied by. */
function scaleCode(binding: number | undefined): string {
  return binding === undefined
    ? "fn scale(quad: i32) -> vec4f { return vec4f(1.0); }\n"
    : `@group(0) @binding(${binding}) var<storage, read> scales: array<vec4f>;
fn scale(quad: i32) -> vec4f { return scales[quad]; }
`;
}
