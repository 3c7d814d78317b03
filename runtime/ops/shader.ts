/**
 * Compute shaders: their texts, what they bind, and how they are dispatched.
 *
 * @module
 */
import { count, type Shape } from "../tensor.ts";

/** A compute shader, and how it is dispatched. */
export interface Shader {
  /** Its name in profiles, if an op has several. */
  readonly variant?: string;
  /** What it computes, as text, if other kernels could too: see {@linkcode ChooseKernel}. */
  readonly work?: string;
  /** WGSL with an entry point `main`. Binding 0 is the output, the inputs follow in order. */
  readonly code: string;
  /** Declared in front of the code: integers as `i32`, others with {@linkcode f32}. */
  readonly constants?: Readonly<Record<string, number | boolean | Float>>;
  /** Numbers for `var<uniform> parameters: vec4f`, the binding after the inputs. */
  readonly uniforms?: readonly [number, number, number, number];
  /**
   * Integers that the code reads as `g.name`, from a uniform: shaders that differ only in them
   * share a pipeline.
   */
  readonly sizes?: Readonly<Record<string, number>>;
  /**
   * By input position, constants that the code reads through `fn name(i: i32) -> vec4f`: the device
   * decides on their storage.
   */
  readonly tables?: Readonly<Record<number, string>>;
  /**
   * Whether it reads its first input so often, through `fn at1(i: i32) -> vec4f`, that a copy into
   * a texture may pay.
   */
  readonly copies?: boolean;
  /** Whether it writes an NHWC4 output through `put`; if `false`, it declares binding 0 itself. */
  readonly puts?: boolean;
  /** Whether the first input is read in NCHW, though the others are in NHWC4. */
  readonly readsPlanes?: boolean;
  /** The number of workgroups along x, y and z. */
  readonly workgroups: readonly [x: number, y: number, z: number];
  /**
   * The shape, in NHWC4 and float32, of what it writes instead of the output: an intermediate value,
   * which the node's next shader reads in place of the first input.
   */
  readonly between?: Shape;
  /** The positions of the inputs that are bound; by default all. */
  readonly reads?: readonly number[];
  /** By input position, constants that are repacked for the shader. */
  readonly packed?: Readonly<Record<number, Packing>>;
}

/** A memory layout for a constant, produced once when a network is loaded. */
export interface Packing {
  /** Identifies it: packings of one name give the same result for the same data. */
  readonly name: string;
  /**
   * Packs the values.
   *
   * @param into May be overwritten: the result for another part of the same length.
   */
  pack(data: Float32Array, into?: Float32Array): Float32Array;
  /** After how many values a constant may be cut into parts that are packed on their own. */
  readonly step?: number;
  /** Whether its first axis is not its output channels, so that those cannot have a scale each. */
  readonly mixed?: boolean;
}

/** A floating-point constant of a shader. */
export interface Float {
  /** Its value. */
  readonly f32: number;
}

/** Declares a shader's constant as an `f32`. */
export function f32(value: number): Float {
  return { f32: value };
}

/** WGSL: a finite float32 literal. The exponent keeps large ones from being integer literals. */
export function literal(value: number): string {
  return `f32(${Math.fround(value).toExponential()})`;
}

/** The workgroup size of {@linkcode spread}. */
const workgroupSize = 64;
/** WebGPU's default `maxComputeWorkgroupsPerDimension`. */
const maxWorkgroups = 65535;

/**
 * The workgroups, of 64 by default, for a number of invocations. Beyond WebGPU's limit along one
 * axis they form rows; the shader computes its position with `flat_index(id, groups)`.
 */
export function spread(
  invocations: number,
  size: number = workgroupSize,
): [x: number, y: number, z: number] {
  const workgroups = Math.ceil(invocations / size);
  const rows = Math.max(1, Math.ceil(workgroups / maxWorkgroups));
  return [Math.max(1, Math.ceil(workgroups / rows)), rows, 1];
}

/**
 * A shader that calls the `fn invocation(i: i32)` of its code for each `i` below a number, which is
 * one of its `sizes`: networks run with several batch sizes.
 */
export function invocations(
  total: number,
  { code, sizes, ...shader }: Omit<Shader, "workgroups">,
  size: number = workgroupSize,
): Shader {
  return {
    ...shader,
    code: code + entryOf(size),
    sizes: { ...sizes, count: total },
    workgroups: spread(total, size),
  };
}

/** A shader that calls `fn invocation(i: i32)` for each element of a tensor. */
export function perElement(shape: Shape, shader: Omit<Shader, "workgroups">): Shader {
  return invocations(count(shape), shader);
}

/** WGSL: the entry point of {@linkcode invocations}. */
const entryOf = (size: number) => /* wgsl */ `
@compute @workgroup_size(${size})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = i32(id.y * groups.x * ${size} + id.x);
  if (i < g.count) { invocation(i); }
}
`;

/**
 * A shader that calls the `fn one_workgroup(i: i32, local: u32)` of its code for each `i` below a
 * number, with each `local` below the size of a workgroup: one workgroup per `i`, so that there may
 * be barriers in it.
 */
export function workgroups(
  total: number,
  { code, sizes, ...shader }: Omit<Shader, "workgroups">,
  size: number,
): Shader {
  return {
    ...shader,
    code: code + sharedEntryOf(size),
    sizes: { ...sizes, count: total },
    workgroups: spread(total, 1),
  };
}

/** WGSL: the entry point of {@linkcode workgroups}. */
const sharedEntryOf = (size: number) => /* wgsl */ `
@compute @workgroup_size(${size})
fn main(
  @builtin(workgroup_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = i32(id.y * groups.x + id.x);
  if (i < g.count) { one_workgroup(i, local); }
}
`;

/** WGSL: `flat_index`, the counterpart of {@linkcode spread}. */
export const flatIndex = /* wgsl */ `
fn flat_index(id: vec3u, groups: vec3u) -> i32 {
  return i32(id.y * groups.x * ${workgroupSize}u + id.x);
}
`;
