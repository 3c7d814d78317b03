/**
 * Completes the WGSL of a step with what depends on the layout, format and storage of its operands:
 * declarations, accessor functions (`at1`, `put`, `scale`) and the uniform `g`.
 *
 * @module
 */
import { largestOf } from "../int8.ts";
import { perChannel } from "../ops/fours/layout.ts";
import type { Traits } from "../ops/traits.ts";
import type { Packing, Shader } from "../ops/op.ts";
import { bytesOfCell, type Cell, placeOf } from "./cell.ts";
import type { Constant, Step } from "./steps.ts";

/**
 * The width, in texels, of textures that hold weights: WebGPU's default `maxTextureDimension2D`.
 * Only adapters in compatibility mode allow less.
 */
export const tableWidth = 8192;

/** A shader with all of its declarations, and the bindings it needs beside its operands. */
export interface Assembled {
  readonly shader: Shader;
  /** The values of the uniform `g`, bound after all that the shader declares itself. */
  readonly sizes: readonly number[];
  /** How many texels the texture copy of its first input has; 0 if it reads the buffer itself. */
  readonly copied: number;
  /** The scales of int8 weights, bound after `g`. */
  readonly scales: Constant | undefined;
}

/** How a constant is stored on the device. */
export interface Storage {
  /** Whether in a texture, which software adapters read faster than a buffer. */
  readonly texture: boolean;
  readonly format: Format;
}

/** The number format of weights. */
export type Format = Traits["weights"];

/**
 * For each format the texel format of a texture, the element type of a buffer, and the WGSL that
 * widens an element to four floats.
 */
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

/** The bytes of one quad (a `vec4` of four channels). */
const bytesOfTexel = { float32: 16, float16: 8 };

/** WGSL: `fn put(pixel: i32, quad: i32, value: vec4f)`, by the format of the output. */
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

/** How a device stores a constant. */
export function storageOf({ table, data, packing }: Constant, traits: Traits | undefined): Storage {
  if (table === undefined || traits === undefined) return { texture: false, format: "float32" };
  // Padding to whole quads may double the length.
  const { textureRows, weights } = traits;
  const format = packing?.mixed && weights === "int8" ? "float16" : weights;
  return { texture: textureRows * tableWidth * 2 >= data.length, format };
}

/**
 * The scales of int8 weights, one an output channel: the largest magnitude of its weights, because
 * `unpack4x8snorm` gives numbers from −1 to 1.
 */
function scalesOf(weights: Constant): Constant {
  const [outputs] = weights.shape as [number];
  const packing: Packing = {
    name: "scales",
    pack: (data) => perChannel(outputs).pack(largestOf(data, outputs)),
  };
  return { ...weights, packing, table: undefined };
}

/**
 * How many texels the first input of a step is copied into, to be read from a texture; 0 if it is
 * not. A software adapter takes about a quarter of the time to read a texel, so the copy pays.
 */
function copiedOf({ shader, reads: [input] }: Step, traits: Traits | undefined): number {
  if (!shader.copies || !("layout" in input!)) return 0;
  const { root } = placeOf(input), texels = bytesOfCell(root) / bytesOfTexel[root.format];
  return texels % 1 === 0 && texels <= (traits?.textureRows ?? 0) * tableWidth ? texels : 0;
}

/**
 * Assembles the whole shader of a step.
 *
 * @param apart The cells that have a buffer of their own, see `readTwice`.
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
      // WebGPU refuses a buffer that one dispatch binds both read-only and writable, and cells
      // share one.
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

/** The code with one of its bindings declared `read_write`. */
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

/** WGSL: `fn scale(quad: i32) -> vec4f`, by which sums of products with weights are multiplied. */
function scaleCode(binding: number | undefined): string {
  return binding === undefined
    ? "fn scale(quad: i32) -> vec4f { return vec4f(1.0); }\n"
    : `@group(0) @binding(${binding}) var<storage, read> scales: array<vec4f>;
fn scale(quad: i32) -> vec4f { return scales[quad]; }
`;
}
