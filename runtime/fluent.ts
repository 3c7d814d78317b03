/**
 * The fluent API of written networks: `feed("data").conv2d("conv1", {…}).relu("relu1")`.
 *
 * @module
 */
import { getOrInsertComputed } from "./get_or_insert_computed.ts";
import { type Graph, GraphBuilder, type Value } from "./graph.ts";
import { resolve } from "./ops/attribute.ts";
import {
  type Attributes,
  definitionOf,
  type OpName,
  opNamed,
  ops,
  type Options,
} from "./ops/mod.ts";
import type { CustomOp } from "./ops/op.ts";
import type { Shape, Tensor } from "./tensor.ts";

/** The names of a node's learned constants by their role: `{ weights: "conv1/weights" }`. */
export type Parameters = Readonly<Record<string, string>>;

/** What follows the name in a call: the settings, unless all have defaults, and the constants. */
// deno-lint-ignore ban-types
export type Arguments<Name extends OpName> = {} extends Options[Name]
  ? [options?: Options[Name], parameters?: Parameters]
  : [options: Options[Name], parameters?: Parameters];

/**
 * Values to which an op can be applied. There is a method for every op: it takes the name of the
 * new node, the op's settings, and the names of its constants if they differ from `<node>/weights`
 * and so on.
 */
export type Chain =
  & { readonly [Name in OpName]: (name: string, ...options: Arguments<Name>) => Chain }
  & {
    /** Applies a custom op, by its name. */
    apply(
      op: string,
      name: string,
      options?: Readonly<Record<string, unknown>>,
      parameters?: Parameters,
    ): Chain;
    /** Gives the value these names in place of its node's, from here on. */
    as(...names: readonly string[]): Chain;
  };

/** Builds the graph that a network's `setup()` describes. */
export class FluentBuilder {
  readonly #builder = new GraphBuilder();
  readonly #constants: ReadonlyMap<string, Tensor>;
  readonly #ops: readonly CustomOp[];
  readonly #uploaded = new Map<string, Value>();
  readonly #names = new Map<string, Value>();
  readonly #outputs: string[] = [];

  /**
   * @param constants The learned tensors by name.
   * @param ops The ops beside the runtime's own.
   */
  constructor(constants: ReadonlyMap<string, Tensor>, ops: readonly CustomOp[]) {
    this.#constants = constants;
    this.#ops = ops;
  }

  /** Adds an input, whose batch may differ from run to run. */
  input(name: string, shape: Shape): Chain {
    const value = this.#builder.input(name, shape);
    this.#names.set(name, value);
    return new Link(this, [value], name, undefined) as unknown as Chain;
  }

  /** Starts from values or constants by name. */
  feed(...names: readonly string[]): Chain {
    const values = names.map((name) =>
      this.#constants.has(name) && !this.#names.has(name) ? this.#constant(name) : this.#named(name)
    );
    return new Link(this, values, "", undefined) as unknown as Chain;
  }

  /** Makes an input a state: in the next run it takes the `value` of this one. */
  remember(input: string, value: string): void {
    this.#builder.remember(this.#named(input), this.#named(value));
  }

  /** Sets the outputs of a run. */
  output(...names: readonly string[]): void {
    for (const name of names) {
      this.#named(name);
      this.#outputs.push(name);
    }
  }

  /** The finished graph, or `undefined` if `setup()` described none. */
  finish(name: string): Graph | undefined {
    if (this.#names.size === 0) return undefined;
    if (this.#outputs.length === 0) {
      throw new TypeError("Cannot build the network: its setup() says no output");
    }
    return this.#builder.build(name, this.#names, this.#outputs);
  }

  /** Applies an op, and names the result after the node. */
  apply(
    op: string,
    name: string,
    fed: readonly Value[],
    options: Readonly<Record<string, unknown>>,
    parameters: Parameters,
  ): Link {
    try {
      const found = opNamed(op, this.#ops), known = definitionOf(found);
      const attributes = resolve(known.schema, options);
      const roles = known.parameters?.(attributes) ?? [];
      for (const role in parameters) {
        if (!roles.includes(role)) {
          throw new TypeError(`it has no constant "${role}"; its constants are [${roles}]`);
        }
      }
      // Values fed after the first take the place of the first learned inputs.
      const learned = roles.slice(fed.length - 1).map((role) =>
        this.#constant(parameters[role] ?? `${name}/${role}`)
      );
      const value = this.#builder.apply(
        found as OpName,
        name,
        [...fed, ...learned],
        attributes as Attributes[OpName],
      );
      const before = this.#names.get(name);
      this.#names.set(name, value);
      return new Link(this, [value], name, before);
    } catch (cause) {
      throw new TypeError(`Cannot build "${name}" (${op}): ${(cause as Error).message}`, { cause });
    }
  }

  /** Gives a value other names than its node's, which then means again what it meant before. */
  rename(value: Value, own: string, before: Value | undefined, names: readonly string[]): void {
    if (before === undefined) this.#names.delete(own);
    else this.#names.set(own, before);
    for (const name of names) this.#names.set(name, value);
  }

  #named(name: string): Value {
    const value = this.#names.get(name);
    if (value === undefined) throw new TypeError(`Cannot build the network: ${unknown(name)}`);
    return value;
  }

  #constant(name: string): Value {
    return getOrInsertComputed(this.#uploaded, name, () => {
      const tensor = this.#constants.get(name);
      if (tensor === undefined) throw new TypeError(unknown(name));
      return this.#builder.constant(name, tensor);
    });
  }
}

function unknown(name: string): string {
  return `no value before it and no constant of the bundle is called ${JSON.stringify(name)}`;
}

/** The object behind a chain; it has a method for every op. */
class Link {
  readonly #builder: FluentBuilder;
  readonly #values: readonly Value[];
  readonly #own: string;
  readonly #before: Value | undefined;

  constructor(
    builder: FluentBuilder,
    values: readonly Value[],
    own: string,
    before: Value | undefined,
  ) {
    this.#builder = builder;
    this.#values = values;
    this.#own = own;
    this.#before = before;
  }

  apply(op: string, name: string, options = {}, parameters: Parameters = {}): Link {
    return this.#builder.apply(op, name, this.#values, options, parameters);
  }

  as(...names: readonly string[]): Link {
    this.#builder.rename(this.#values[0]!, this.#own, this.#before, names);
    return this;
  }
}

for (const op of Object.keys(ops)) {
  Object.defineProperty(Link.prototype, op, {
    value(this: Link, ...given: [name: string, options?: object, parameters?: Parameters]) {
      return this.apply(op, ...given);
    },
  });
}
