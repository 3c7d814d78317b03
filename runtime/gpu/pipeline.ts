/**
 * Compiles shaders into pipelines, each distinct text once per device.
 *
 * @module
 */
import { getOrInsertComputed } from "../get_or_insert_computed.ts";
import { flatIndex, literal, type Shader } from "../ops/shader.ts";

/** The most pipelines that are cached: a network run with ever new shapes needs ever new ones. */
const mostPipelines = 2000;

/** The pipelines of each device by their WGSL. */
const caches = new WeakMap<GPUDevice, Map<string, Promise<GPUComputePipeline>>>();

/**
 * The pipeline of a shader.
 *
 * @param node What it is for, in messages: the op and the node.
 * @throws {Error} naming the node and the line, if the device refuses the WGSL.
 */
export function pipelineFor(
  device: GPUDevice,
  shader: Shader,
  node: string,
): Promise<GPUComputePipeline> {
  const cache = getOrInsertComputed(caches, device, () => new Map());
  const code = textOf(shader);
  const pipeline = getOrInsertComputed(cache, code, () => {
    // Programs hold on to theirs.
    if (cache.size === mostPipelines) cache.clear();
    return compile(device, code);
  });
  return pipeline.catch(({ message }) => {
    throw new Error(`Cannot compile the shader of ${node}: ${message}`);
  });
}

/** The whole WGSL: constants, the helper `flat_index`, and the shader. */
function textOf({ code, constants = {} }: Shader): string {
  const declarations = Object.entries(constants).map(([name, value]) => {
    if (typeof value === "boolean") return `const ${name} = ${value};`;
    if (typeof value === "object") return `const ${name} = ${literal(value.f32)};`;
    if (!Number.isInteger(value)) {
      throw new TypeError(
        `Cannot write shader constant "${name}": ${value} is no integer, use f32()`,
      );
    }
    return `const ${name}: i32 = ${value};`;
  });
  return [...declarations, flatIndex, code].join("\n");
}

/** Compiles WGSL. Nothing here names a node, since the result is for all nodes with this text. */
async function compile(device: GPUDevice, code: string): Promise<GPUComputePipeline> {
  device.pushErrorScope("validation");
  const module = device.createShaderModule({ code });
  const compiled = device.popErrorScope();
  let failure: unknown;
  try {
    // Platforms may compile several pipelines in parallel.
    const pipeline = await device.createComputePipelineAsync({
      layout: "auto",
      compute: { module, entryPoint: "main" },
    });
    if (await compiled === null) return pipeline;
  } catch (error) {
    failure = error;
  }
  const error = await compiled ?? failure as Error;
  const { messages } = await module.getCompilationInfo();
  const [first] = messages.filter(({ type }) => type === "error");
  const line = first && code.split("\n")[first.lineNum - 1];
  throw new Error(
    (first?.message ?? error.message) +
      (line === undefined ? "" : `\n  line ${first!.lineNum}: ${line.trim()}`),
  );
}
