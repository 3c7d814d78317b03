/**
 * Completes the WGSL of steps with what depends on the layout, format and storage of their operands:
 * declarations, accessor functions (`at1`, `put`, `scale`) and the uniform `g`.
 *
 * @module
 */
import { largestOf } from "../int8.ts";
import { perChannel } from "../ops/fours/layout.ts";
import type { Packing } from "../ops/shader.ts";
import { type Cell, type Place, placeOf } from "./cell.ts";
import { type Constant, isCell, type Operand, type Plan, type Step } from "./steps.ts";
import { formats, plain, type Storage, tableWidth } from "./storage.ts";

/** A step whose shader is complete, and what it binds after its operands. */
export interface Assembled extends Step {
  /** The values of each uniform: the shader's own, then `g`. */
  readonly uniforms: readonly (Float32Array | Int32Array)[];
  /** The scales of int8 weights. */
  readonly scales: Constant | undefined;
}

/** Completes the shaders of a plan. */
export function assemble({ steps, apart }: Plan): readonly Assembled[] {
  return steps.map((step) => complete(step, apart));
}

function complete(step: Step, apart: ReadonlySet<Cell>): Assembled {
  const { shader, writes, reads } = step;
  const operands = [writes, ...reads];
  const weights = reads.find(isTable);
  const scales = weights?.storage.format === "int8" ? scalesOf(weights) : undefined;
  const sizes = sizesOf(step);
  const uniforms: (Float32Array | Int32Array)[] = [];
  if (shader.uniforms) uniforms.push(Float32Array.from(shader.uniforms));
  const sizesBinding = operands.length + uniforms.length;
  if (sizes) uniforms.push(Int32Array.from(Object.values(sizes)));
  const code = [
    sizes ? sizesCode(Object.keys(sizes), sizesBinding) : "",
    weights ? scaleCode(scales ? sizesBinding + 1 : undefined) : "",
    ...operands.map((operand, i) => accessCode(step, operand, i)),
    shader.code,
  ];
  const shared = declareShared(code.join(""), operands, apart);
  return { ...step, shader: { ...shader, code: shared }, uniforms, scales };
}

/** The members of `g`, if the shader reads any: its own, and where its operands' quads are. */
function sizesOf({ shader, writes, reads }: Step): Readonly<Record<string, number>> | undefined {
  if (!shader.sizes) return undefined;
  const sizes = { ...shader.sizes };
  [writes, ...reads].forEach((operand, i) => {
    const place = quadsIn(operand);
    if (place) Object.assign(sizes, { [`stride${i}`]: place.stride, [`start${i}`]: place.start });
  });
  return sizes;
}

/** Where the quads of an operand are, if it is in NHWC4. */
function quadsIn(operand: Operand): Omit<Place, "root"> | undefined {
  if (isCell(operand)) return operand.layout === "fours" ? placeOf(operand) : undefined;
  return operand.stride === undefined ? undefined : { stride: operand.stride, start: 0 };
}

function isTable(operand: Operand): operand is Constant & { readonly table: string } {
  return "table" in operand && operand.table !== undefined;
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
  return { ...weights, packing, table: undefined, storage: plain };
}

/** WGSL: the declaration of an operand and the functions to access it, if the shader has none. */
function accessCode({ shader, copy }: Step, operand: Operand, binding: number): string {
  if (isTable(operand)) return readCode(operand.table, binding, operand.storage);
  const name = `at${binding}`, isFirst = binding === 1, inFours = quadsIn(operand);
  if (!isCell(operand)) return inFours ? readCode(name, binding, plain) : "";
  const { format } = placeOf(operand).root;
  if (binding === 0) {
    const puts = inFours && shader.puts !== false;
    return puts ? readCode(name, binding, { texture: false, format }) + putCode[format] : "";
  }
  if (!inFours && !(isFirst && shader.copies)) return "";
  return readCode(name, binding, { texture: isFirst && copy !== undefined, format });
}

/** WGSL: `fn name(i: i32) -> vec4f`. */
function readCode(name: string, binding: number, { texture, format }: Storage): string {
  const data = `${name}s`;
  const { texel, element, widen } = formats[format];
  const type = texture
    ? `var ${data}: texture_storage_2d<${texel}, read>`
    : `var<storage, read> ${data}: array<${element}>`;
  const value = texture
    ? `textureLoad(${data}, vec2i(i & ${tableWidth - 1}, i >> ${Math.log2(tableWidth)}u))`
    : widen(`${data}[i]`);
  return `@group(0) @binding(${binding}) ${type};
fn ${name}(i: i32) -> vec4f { return ${value}; }
`;
}

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

/** WGSL: `fn scale(quad: i32) -> vec4f`, by which sums of products with weights are multiplied. */
function scaleCode(binding: number | undefined): string {
  return binding === undefined
    ? `fn scale(quad: i32) -> vec4f { return vec4f(1.0); }\n`
    : `@group(0) @binding(${binding}) var<storage, read> scales: array<vec4f>;
fn scale(quad: i32) -> vec4f { return scales[quad]; }
`;
}

/** WGSL: the uniform `g`. */
function sizesCode(names: readonly string[], binding: number): string {
  return `struct Sizes { ${names.map((name) => `${name}: i32`).join(", ")} }
@group(0) @binding(${binding}) var<uniform> g: Sizes;
`;
}

/**
 * The code with the output and all cells that share its buffer declared `read_write`: WebGPU refuses
 * a buffer that one dispatch binds both read-only and writable.
 */
function declareShared(
  code: string,
  operands: readonly Operand[],
  apart: ReadonlySet<Cell>,
): string {
  return code.replace(/(@binding\((\d+)\)\s*var<storage)(\s*,\s*read\s*)?>/g, (given, start, i) => {
    const operand = operands[i];
    const isShared = operand && isCell(operand) && !apart.has(placeOf(operand).root);
    return isShared || i === "0" ? `${start}, read_write>` : given;
  });
}
