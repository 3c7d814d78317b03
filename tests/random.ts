/**
 * Reproducible pseudorandom numbers, tensors and networks.
 *
 * @module
 */
import { type Graph, GraphBuilder, type Value } from "../runtime/graph.ts";
import { resolve } from "../runtime/ops/attribute.ts";
import { type OpName, ops, type Options } from "../runtime/ops/mod.ts";
import { count, type Shape, type Tensor } from "../runtime/tensor.ts";

/** A pseudorandom number generator. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed + 1, 0x9e3779b9) | 0;
  }

  /** A uniform number in [0, 1). */
  next(): number {
    this.#state = this.#state + 0x6d2b79f5 | 0;
    let mixed = Math.imul(this.#state ^ this.#state >>> 15, 1 | this.#state);
    mixed = mixed + Math.imul(mixed ^ mixed >>> 7, 61 | mixed) ^ mixed;
    return ((mixed ^ mixed >>> 14) >>> 0) / 2 ** 32;
  }

  /** A random integer in [0, end). */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  /** A random item of a list. */
  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)]!;
  }

  /** A tensor of numbers between `low` and `high`. */
  tensor(shape: Shape, low = -1, high = 1): Tensor {
    const data = Float32Array.from(
      { length: count(shape) },
      () => low + (high - low) * this.next(),
    );
    return { shape, data };
  }
}

/** A graph builder that adds the defaults of attributes. */
export class Sketch extends GraphBuilder {
  /** Applies an op. */
  add<Name extends OpName>(
    op: Name,
    name: string,
    inputs: readonly Value[],
    options: Options[Name],
  ): Value {
    const attributes = resolve(ops[op].schema, options as Record<string, unknown>);
    return this.apply(op, name, inputs, attributes as never);
  }

  /** The finished graph, in which each input and node has a blob of its own name. */
  finish(...outputs: readonly Value[]): Graph {
    const graph = this.build("sketch", [], outputs.map(({ name }) => name));
    const values = [...graph.inputs, ...graph.nodes.map(({ output }) => output)];
    return { ...graph, names: new Map(values.map((value) => [value.name, value])) };
  }
}

/** Reproducible pseudorandom inputs of a graph. */
export function inputsFor({ inputs }: Graph): Tensor[] {
  const random = new Random(7);
  return inputs.map(({ shape }) => random.tensor(shape));
}

/**
 * A network of ops that are folded and fused: convolutions, dense layers, normalization, activations
 * and sums, with branches, shared weights, and intermediate outputs.
 */
export function randomNetwork(seed: number): Graph {
  const random = new Random(seed);
  const sketch = new Sketch();
  const images = [sketch.input("data", [2, 4, 5, 3])];
  const weights: Value[] = [];
  for (let i = 0; i < 14; i++) images.push(addNode(sketch, random, images, weights, `image${i}`));
  const last = images.at(-1)!;
  const dense = sketch.add("dense", "flat", [
    last,
    sketch.constant("flat/weights", random.tensor([4, 60], -0.2, 0.2)),
  ], { output: 4, bias: false });
  const vectors = [dense];
  for (let i = 0; i < 6; i++) vectors.push(addNode(sketch, random, vectors, [], `vector${i}`));
  const middle = [random.pick(images.slice(1)), random.pick(vectors)];
  return sketch.finish(...new Set([...middle, last, vectors.at(-1)!]));
}

/** Adds a node whose output has the shape of all `values`, which have four channels. */
function addNode(
  sketch: Sketch,
  random: Random,
  values: readonly Value[],
  shared: Value[],
  name: string,
): Value {
  // Mostly the newest value, so that there are chains; sometimes an older one, so that they fork.
  const input = random.next() < 0.7 ? values.at(-1)! : random.pick(values);
  const learned = (what: string, shape: Shape, low = -1, high = 1) =>
    sketch.constant(`${name}/${what}`, random.tensor(shape, low, high));
  const bias = random.next() < 0.5;
  switch (random.below(input.shape.length === 4 ? 10 : 8)) {
    case 0:
      return sketch.add("relu", name, [input], { slope: random.pick([0, 0.1]) });
    case 1:
      return sketch.add("power", name, [input], {
        power: random.pick([1, 1, 2]),
        scale: -0.7,
        shift: 0.3,
      });
    case 2:
      return sketch.add("batchNorm", name, [
        input,
        learned("mean", [4]),
        learned("variance", [4], 0.5, 2),
      ], { eps: 1e-3 });
    case 3: {
      const shape = random.pick([[4], []]);
      const terms = random.pick(["both", "scale", "offset"] as const);
      const names = terms === "both" ? ["scale", "offset"] : [terms];
      return sketch.add("affine", name, [input, ...names.map((what) => learned(what, shape))], {
        terms,
      });
    }
    case 4:
    case 5: {
      const other = random.pick(values);
      const operation = random.pick(["sum", "sum", "sum", "max", "product"] as const);
      const coefficients = operation === "sum" && random.next() < 0.3 ? [0.5, -1.5] : [];
      const pair = random.next() < 0.5 ? [input, other] : [other, input];
      return sketch.add("eltwise", name, pair, { operation, coefficients });
    }
    case 6:
      return sketch.add("tanh", name, [input], {});
    case 7: {
      if (input.shape.length === 4) return sketch.add("sigmoid", name, [input], {});
      const parameters = [learned("weights", [4, 4]), ...bias ? [learned("biases", [4])] : []];
      return sketch.add("dense", name, [input, ...parameters], { output: 4, bias });
    }
    default: {
      const op = random.pick(["conv2d", "deconv2d"] as const);
      const group = random.pick([1, 2, 4]);
      const shape = [4, 4 / group, 3, 1];
      const reused = shared.find((value) => value.shape[1] === shape[1]);
      const weights = reused !== undefined && random.next() < 0.4
        ? reused
        : learned("weights", shape);
      shared.push(weights);
      const parameters = [weights, ...bias ? [learned("biases", [4])] : []];
      return sketch.add(op, name, [input, ...parameters], {
        output: 4,
        kernel: [3, 1],
        pad: [1, 0],
        group,
        bias,
      });
    }
  }
}
