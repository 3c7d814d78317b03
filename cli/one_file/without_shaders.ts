/**
 * Removes the shaders from a bundled runtime that runs on the CPU only.
 *
 * @module
 */
import { minify, type MinifyOptions } from "terser";

/** The properties with WGSL of an object that has a `reference`, such as an op. */
const gpuProperties = ["shaders", "shader", "code"];

/** The module without the properties for the GPU. */
export async function withoutShaders(code: string): Promise<string> {
  const plain = { module: true, mangle: false, compress: false } as const;
  const { ast } = await minify(code, {
    ...plain,
    format: { spidermonkey: true, code: false },
  } as MinifyOptions) as unknown as { ast: unknown };
  const { code: rest } = await minify(strip(ast) as never, {
    ...plain,
    parse: { spidermonkey: true },
  } as MinifyOptions);
  return rest!;
}

/** The used part of an ESTree node. */
interface TreeNode {
  readonly type: string;
  readonly properties?: readonly { readonly key?: { readonly name?: string } }[];
}

/** A part of a tree without the properties for the GPU. */
function strip(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(strip);
  if (typeof part !== "object" || part === null || part instanceof RegExp) return part;
  const { type, properties = [] } = part as TreeNode;
  const names = properties.map(({ key }) => key?.name ?? "");
  const kept = type === "ObjectExpression" && names.includes("reference")
    ? { ...part, properties: properties.filter((_, i) => !gpuProperties.includes(names[i]!)) }
    : part;
  return Object.fromEntries(Object.entries(kept).map(([key, value]) => [key, strip(value)]));
}
