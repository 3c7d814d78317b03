/**
 * Minified shaders mean the same as the shaders: every shader of the ops' cases, with each kernel and
 * format of weights, has the same tokens but for declared names.
 */
import assert from "node:assert/strict";
import { copyRuntime } from "../../cli/one_file/copy_runtime.ts";
import type { Graph, Value } from "../../runtime/graph.ts";
import { type AnyOp, type OpName, ops } from "../../runtime/ops/mod.ts";
import type { Traits } from "../../runtime/ops/traits.ts";
import { graphOf } from "../runtime/op_case.ts";
import { opCases } from "../runtime/op_cases.ts";
import { asHardware, software } from "../traits.ts";

/** The modules of a runtime that lead from a graph to WGSL. */
type Runtime =
  & Pick<typeof import("../../runtime/gpu/plan.ts"), "plan">
  & Pick<typeof import("../../runtime/gpu/assemble.ts"), "assemble">
  & Pick<typeof import("../../runtime/unfold.ts"), "unfold">;

async function runtimeAt(folder: string): Promise<Runtime> {
  const files = ["gpu/plan.ts", "gpu/assemble.ts", "unfold.ts"];
  const modules = await Promise.all(files.map((file) => import(new URL(file, folder).href)));
  return Object.assign({}, ...modules);
}

const hardware = { ...software, ...asHardware };
const withTextures = { ...software, textureRows: 8192 };

/** All ways to plan: plain, on each kind of GPU, with each format of weights, with each kernel. */
function* ways(): Generator<Traits | undefined> {
  yield* [undefined, software, withTextures, hardware];
  for (const weights of ["float16", "int8"] as const) {
    for (const traits of [withTextures, hardware]) {
      yield { ...traits, weights, activations: "float16" };
    }
  }
  for (const traits of [withTextures, hardware]) {
    // Each plan may show that there are more kernels.
    let most = 1;
    for (let i = 0; i < most; i++) {
      const choose: Traits["choose"] = (_, kernels) => {
        most = Math.max(most, kernels.length);
        return kernels[i];
      };
      yield { ...traits, choose };
    }
  }
}

/** The shaders of a graph. */
function shadersOf(
  { plan, assemble, unfold }: Runtime,
  graph: Graph,
  output: Value,
  traits: Traits | undefined,
): readonly string[] {
  const unfolded = traits ? unfold(graph, [output], traits.bindable) : graph;
  return assemble(plan(unfolded, [output], traits)).map(({ shader }) => shader.code);
}

const token = /[a-z_]\w*|\.[a-z_]\w*|[\d.][\w.]*|->|\+\+|--|<<|>>|&&|\|\||[-+*/%<>=!&|^]?=|\S/gi;

/** The tokens of WGSL, function by function; what stands between functions is one by one. */
function pieces(code: string): readonly (readonly string[])[] {
  const found: string[][] = [[]];
  let depth = 0;
  for (const [word] of code.replace(/\/\/.*/g, "").matchAll(token)) {
    if (depth === 0 && word === "fn") found.push([]);
    found.at(-1)!.push(word);
    if (word === "{") depth++;
    if (word === "}" && --depth === 0) found.push([]);
  }
  return found;
}

/** The names that tokens declare: after a keyword, or before a type. */
function declaredIn(tokens: readonly string[]): ReadonlySet<string> {
  const isDeclared = (_: string, i: number) =>
    /^(let|var|const|fn)$/.test(tokens[i - 1]!) || tokens[i + 1] === ":";
  return new Set(tokens.filter(isDeclared));
}

/**
 * Checks that two shaders are the same, but for names that they declare. A name has one other name
 * everywhere, or in the function that declares it, and no two names in a function have the same.
 */
function assertAlike(code: string, minified: string, where: string): void {
  const [from, to] = [pieces(code), pieces(minified)];
  assert.equal(to.length, from.length, where);
  const declared = declaredIn(from.flat()), globals = new Map<string, string>();
  from.forEach((piece, i) => {
    const isFunction = piece[0] === "fn", locals = new Map<string, string>();
    const own = isFunction ? declaredIn(piece.slice(2)) : new Set<string>();
    const back = new Map<string, string>(), other = to[i]!;
    const isSame = piece.length === other.length && piece.every((word, j) => {
      const name = other[j]!;
      if (!/^[a-z_]/i.test(word)) return word === name;
      const names = own.has(word) ? locals : globals;
      if (!names.has(word)) names.set(word, name);
      if (!back.has(name)) back.set(name, word);
      return names.get(word) === name && back.get(name) === word &&
        (word === name || declared.has(word));
    });
    assert.ok(isSame, `${where}: ${piece.join(" ")}\n${other.join(" ")}`);
  });
}

Deno.test("minified shaders differ from the shaders only in names", async () => {
  const folder = Deno.makeTempDirSync({ prefix: "kaffe-minified-" });
  try {
    await copyRuntime(`${folder}/runtime`);
    const original = await runtimeAt(new URL("../../runtime/", import.meta.url).href);
    const minified = await runtimeAt(`file://${folder}/runtime/`);
    let shorter = 0;
    for (const name of Object.keys(ops) as OpName[]) {
      if ((ops[name] as AnyOp).host) continue;
      opCases[name].forEach((given, position) => {
        const { graph, output } = graphOf(name, position, given as never);
        for (const traits of ways()) {
          const expected = shadersOf(original, graph, output, traits);
          const actual = shadersOf(minified, graph, output, traits);
          assert.equal(actual.length, expected.length);
          expected.forEach((code, i) => {
            assertAlike(code, actual[i]!, `${name}, case ${position}`);
            if (actual[i]!.length < code.length) shorter++;
          });
        }
      });
    }
    assert.ok(shorter > 1000, `${shorter} are shorter`);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
