/**
 * Writes a model as a TypeScript class that builds the network with the fluent API.
 *
 * The class is meant to be read and edited: one line per layer, with settings only if they differ from
 * the defaults, and the shape of each result beside it. Names come from model files, so each of them
 * appears only as a string literal.
 *
 * @module
 */
import { getOrInsertComputed } from "../../runtime/get_or_insert_computed.ts";
import { type Graph, type Node, opOf, type Value } from "../../runtime/graph.ts";
import { omitDefaults } from "../../runtime/ops/attribute.ts";
import type { Shape } from "../../runtime/tensor.ts";
import { expectNames } from "../expect_options.ts";
import type { WrittenModel } from "../model.ts";
import { className as classNameOf, literal } from "./literal.ts";

/** Options of `writeSource`. */
export interface SourceOptions {
  /** The name of the class; by default the network's, as an identifier. */
  readonly className?: string;
  /** The module specifier of the runtime; `"./runtime/mod.ts"` by default. */
  readonly runtime?: string;
  /** The module specifier of `ops`, the list of custom ops. */
  readonly ops?: string | undefined;
}

/**
 * The text of a module that exports the class.
 *
 * Loading the class with the model's bundle gives the same results as loading the bundle alone.
 *
 * @throws {TypeError} if an option is invalid, or the network needs custom ops, and no module for them
 * is given.
 */
export function writeSource(model: WrittenModel, options: SourceOptions = {}): string {
  const { graph } = model;
  expectNames("write the class", options, { className: true, runtime: true, ops: true });
  const name = classNameOf(options.className ?? graph.name);
  const runtime = options.runtime ?? "./runtime/mod.ts";
  const lines = describe(graph);
  const custom = customOps(graph, options.ops);
  return `/**
 * A network converted from Caffe. Load it with the weights of its bundle:
 * \`const network = await ${name}.load(bundle)\`.
 *
 * @module
 */
import { Network } from ${literal(runtime)};
${custom.imports}
export class ${name} extends Network {
${custom.member}  protected override setup(): void {
${lines.map((line) => `    ${line}`.trimEnd()).join("\n")}
  }
}
`;
}

/** The import and the member for custom ops, if the network has any. */
function customOps(
  { nodes }: Graph,
  ops: string | undefined,
): { readonly imports: string; readonly member: string } {
  const node = nodes.find(({ op }) => op === "custom");
  if (node === undefined) return { imports: "", member: "" };
  if (ops === undefined) {
    throw new TypeError(
      `Cannot write the class: node "${node.output.name}" has the custom op ` +
        `"${node.custom!.name}"; set the option "ops" to a module that exports it in the list ` +
        "`ops`",
    );
  }
  return {
    imports: `import { ops } from ${literal(ops)};\n`,
    member: "  static override readonly ops = ops;\n\n",
  };
}

/** The most calls in a chain: compilers follow it by recursion, and thousands overflow their stacks. */
const longestChain = 100;

/** The statements of `setup()`. */
function describe(graph: Graph): string[] {
  const namer = new Namer(graph);
  const lines: string[] = [];
  for (const value of graph.inputs) {
    const names = namer.write(value);
    lines.push(`this.input(${literal(value.name)}, ${showShape(value.shape)})${names};`);
  }
  for (const [name, value] of graph.names) {
    if (!graph.constants.has(value)) continue;
    lines.push(`this.feed(${literal(value.name)}).as(${literal(name)});`);
  }
  // The number of calls in the chain that the node continues.
  let chained = 0;
  for (const [position, node] of graph.nodes.entries()) {
    if (chained === 0) {
      const reads = fedInputs(node, graph).map((value) => namer.read(value));
      lines.push("", `this.feed(${reads.join(", ")})`);
    }
    const next = graph.nodes[position + 1];
    const isContinued = next !== undefined && readsOnly(next, node.output, graph) &&
      chained + 1 < longestChain;
    const method = node.op === "custom" ? `apply(${literal(node.custom!.name)}, ` : `${node.op}(`;
    const call = `  .${method}${argumentsOf(node, graph)})${namer.write(node.output)}`;
    lines.push(`${call}${isContinued ? "" : ";"} // ${showShape(node.output.shape)}`);
    chained = isContinued ? chained + 1 : 0;
  }
  const states = graph.states.map(({ input, output }) =>
    `this.remember(${namer.read(input)}, ${namer.read(output)});`
  );
  if (states.length > 0) states.unshift("");
  const outputs = graph.outputs.map(literal).join(", ");
  return [...lines, ...states, "", `this.output(${outputs});`];
}

/** Whether a node reads only the result of the line before, so that its call continues the chain. */
function readsOnly(node: Node, value: Value, graph: Graph): boolean {
  const fed = fedInputs(node, graph);
  return fed.length === 1 && fed[0] === value;
}

/** The learned inputs of a node, by their role. */
function learnedInputs(node: Node, graph: Graph): Map<string, Value> {
  const roles = opOf(node).parameters?.(node.attributes) ?? [];
  const values = node.inputs.slice(1).map((value, i) => [roles[i]!, value] as const);
  return new Map(
    values.filter(([role, value]) => role !== undefined && graph.constants.has(value)),
  );
}

/** The fed inputs: the first, and others that are not learned. */
function fedInputs(node: Node, graph: Graph): readonly Value[] {
  const learned = new Set(learnedInputs(node, graph).values());
  return node.inputs.filter((value, i) => i === 0 || !learned.has(value));
}

/** The name, the settings that differ from the defaults, and constants with unusual names. */
function argumentsOf(node: Node, graph: Graph): string {
  const { name } = node.output;
  const settings = omitDefaults(opOf(node).schema, node.attributes);
  const unusual = [...learnedInputs(node, graph)]
    .filter(([role, value]) => value.name !== `${name}/${role}`)
    .map(([role, value]) => [role, value.name] as const);
  const options: Entries[] = [Object.entries(settings), unusual];
  while (options.at(-1)?.length === 0) options.pop();
  return [literal(name), ...options.map(showObject)].join(", ");
}

/** The properties of an object. */
type Entries = readonly (readonly [name: string, value: unknown])[];

function showObject(entries: Entries): string {
  if (entries.length === 0) return "{}";
  return `{ ${entries.map(([key, value]) => `${key}: ${showValue(value)}`).join(", ")} }`;
}

function showValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(showValue).join(", ")}]`;
  return typeof value === "string" ? literal(value) : String(value);
}

function showShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/**
 * Tracks what each name means while `setup()` runs, line by line.
 *
 * A node's result has the node's name unless `.as()` gives it another. That is needed if a blob is not
 * named after its layer, or if the layer's name means another blob.
 */
class Namer {
  readonly #aliases = new Map<Value, string[]>();
  readonly #current = new Map<string, Value>();
  readonly #lines = new Map<Value, readonly string[]>();

  constructor(graph: Graph) {
    for (const [name, value] of graph.names) {
      getOrInsertComputed(this.#aliases, value, () => []).push(name);
    }
    this.#plan(graph);
  }

  /** The names to declare after a value's call. */
  write(value: Value): string {
    const names = this.#lines.get(value)!;
    for (const name of names) this.#current.set(name, value);
    if (names.length === 1 && names[0] === value.name) return "";
    return `.as(${names.map(literal).join(", ")})`;
  }

  /** A name that means the value at this line. */
  read(value: Value): string {
    const names = this.#lines.get(value) ?? [value.name];
    const valid = names.find((name) => (this.#current.get(name) ?? value) === value);
    return literal(valid ?? value.name);
  }

  /** Plans the names under which each value is declared, so that every reader finds one. */
  #plan(graph: Graph): void {
    const values = [...graph.inputs, ...graph.nodes.map(({ output }) => output)];
    const taken = new Set([...values, ...graph.constants.keys()].map(({ name }) => name));
    for (const name of graph.names.keys()) taken.add(name);
    const positions = new Map(values.map((value, i) => [value, i]));
    const lastReads = lastReadsOf(graph, positions);
    for (const [position, value] of values.entries()) {
      const aliases = this.#aliases.get(value);
      if (aliases !== undefined) {
        this.#lines.set(value, aliases);
        continue;
      }
      // A value's own name is used unless it means another value, now or before the last read.
      const other = graph.names.get(value.name);
      const otherPosition = other === undefined ? Infinity : positions.get(other) ?? -1;
      const lastRead = lastReads.get(value) ?? position;
      const isFree = otherPosition > position && otherPosition >= lastRead;
      this.#lines.set(value, [isFree ? value.name : unique(value.name, taken)]);
    }
  }
}

/** The position of the last reader of each value. */
function lastReadsOf(graph: Graph, positions: ReadonlyMap<Value, number>): Map<Value, number> {
  const last = new Map<Value, number>();
  for (const { inputs, output } of graph.nodes) {
    for (const value of inputs) last.set(value, positions.get(output)!);
  }
  return last;
}

function unique(name: string, taken: Set<string>): string {
  let candidate = `${name} before`;
  for (let i = 2; taken.has(candidate); i++) candidate = `${name} before ${i}`;
  taken.add(candidate);
  return candidate;
}
