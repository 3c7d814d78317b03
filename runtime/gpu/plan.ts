/**
 * Decides, once per graph, how the GPU runs it: the layout of each tensor, the shaders and their
 * operands.
 *
 * Convolutions, pooling and fully connected layers run in NHWC4 (`fours`), and element-wise ops
 * between them stay in it. Everything else runs in NCHW (`planes`). A value that both need is
 * converted once. The inputs of a `concat` along channels are written straight into its output, and
 * a `slice` of channels is a view.
 *
 * @module
 */
import { type Graph, macsOf, type Node, opNameOf, opOf, type Value } from "../graph.ts";
import type { Shader } from "../ops/shader.ts";
import { convert } from "../ops/fours/convert.ts";
import { denseFours, type Samples } from "../ops/fours/dense.ts";
import type { FoursKernel } from "../ops/fours/kernel.ts";
import { inFours, type Layout, quadsOf } from "../ops/fours/layout.ts";
import type { Traits } from "../ops/traits.ts";
import { fours } from "../ops/fours/mod.ts";
import type { OpName } from "../ops/mod.ts";
import { axisOf, count, fromEnd } from "../tensor.ts";
import { bytesOfCell, type Cell, isWhole, newCell, placeOf, sameInBoth } from "./cell.ts";
import { copiesOf, readTwice } from "./lives.ts";
import { isPicture } from "./picture.ts";
import { isCell, type Operand, type Plan, type Step } from "./steps.ts";
import { plain, storageOf } from "./storage.ts";

/** Plans a graph. Without `traits`, everything runs on planes with the reference shaders. */
export function plan(graph: Graph, outputs: readonly Value[], traits: Traits | undefined): Plan {
  const planner = new Planner(graph, outputs, traits);
  for (const node of graph.nodes) planner.add(node);
  // May add steps, which convert them.
  const results = outputs.map((value) => planner.operand(value, "planes"));
  const { inputs, steps } = planner;
  const copies = copiesOf(steps, traits?.textureRows ?? 0);
  return {
    inputs,
    steps: steps.map((step, i) => ({ ...step, copy: copies[i] })),
    outputs: results,
    apart: readTwice(steps),
  };
}

class Planner {
  readonly steps: Step[] = [];
  /** The cells of the graph's inputs, in the layouts in which they are uploaded. */
  readonly inputs: readonly Cell[];
  readonly #traits: Traits | undefined;
  /** The cells of each value, by layout. */
  readonly #cells = new Map<Value, { [L in Layout]?: Cell }>();
  readonly #constants: Map<Value, Float32Array>;
  /** Cells that are read as contiguous memory, so that they cannot become views into others. */
  readonly #whole = new Set<Cell>();

  constructor(graph: Graph, outputs: readonly Value[], traits: Traits | undefined) {
    this.#traits = traits;
    this.#constants = new Map(graph.constants);
    this.inputs = graph.inputs.map((value) => {
      const layout = traits && isPicture(value, graph, outputs, traits) ? "fours" : "planes";
      const cell = newCell(value, layout);
      this.#cells.set(value, { [layout]: cell });
      this.#whole.add(cell);
      return cell;
    });
  }

  /** Adds the steps of a node. */
  add(node: Node): void {
    const { attributes, inputs, output } = node;
    if (opOf(node).view) return this.#addView(node);
    if (this.#traits !== undefined && this.#addInFours(node, this.#traits)) return;
    const shapes = inputs.map(({ shape }) => shape);
    const shaders = opOf(node).shaders(attributes, shapes, output.shape);
    this.#cells.set(output, { planes: this.#launch(node, shaders, "planes") });
  }

  /** The cell of a value in a layout; converted when it is first needed there. */
  cell(value: Value, layout: Layout): Cell {
    const cells = this.#cells.get(value)!;
    return cells[layout] ??= this.#converted((cells.planes ?? cells.fours)!, layout);
  }

  /** The operand that a shader binds for a value. */
  operand(value: Value, layout: Layout, shader?: Shader, position = 0): Operand {
    const { name, shape } = value;
    const data = this.#constants.get(value), packing = shader?.packed?.[position];
    if (data === undefined) {
      if (packing === undefined) return this.cell(value, layout);
      throw new TypeError(
        `Cannot run the network on a GPU: weights "${name}" are computed, not constant. ` +
          'Use the device "cpu"',
      );
    }
    const asTensor = packing === undefined && layout === "fours";
    const table = shader?.tables?.[position], traits = this.#traits;
    return {
      name,
      shape,
      data,
      packing: asTensor ? inFours(shape) : packing,
      table,
      storage: table && traits ? storageOf(data, packing, traits) : plain,
      stride: asTensor ? quadsOf(shape[1]!) : undefined,
    };
  }

  /** A cell in the format of activations; views have that of their memory. */
  #newCell(value: Value, layout: Layout): Cell {
    return newCell(value, layout, this.#traits?.activations);
  }

  /**
   * Adds one step per shader of a node, and returns the cell that they write.
   *
   * @param first What is read in place of the node's first input.
   */
  #launch(
    node: Node,
    shaders: readonly Shader[],
    layout: Layout,
    writes: Cell = this.#newCell(node.output, layout),
    first?: Cell,
  ): Cell {
    const label = `${opNameOf(node)} "${node.output.name}"`;
    const product = shaders.find(({ tables }) => tables) ?? shaders[0];
    for (const shader of shaders) {
      const { between } = shader;
      const to = between ? newCell({ name: node.output.name, shape: between }, "fours") : writes;
      const positions = shader.reads ?? node.inputs.map((_, position) => position);
      const reads = positions.map((position) => {
        if (position === 0 && first) return first;
        const stored = position === 0 && shader.readsPlanes ? "planes" : layout;
        return this.operand(node.inputs[position]!, stored, shader, position);
      });
      const macs = shader === product ? macsOf(node) : 0;
      this.steps.push({ node, label, macs, shader, writes: to, reads });
      if (between) first = to;
    }
    return writes;
  }

  /** Adds a node whose output is its input under another shape: a view. */
  #addView({ inputs: [input], output }: Node): void {
    const data = this.#constants.get(input!);
    if (data !== undefined) {
      this.#constants.set(output, data);
      return;
    }
    const known = this.#cells.get(input!)!;
    const before = input!.shape, after = output.shape;
    // As long as N and C stay, the pixels are in the same order, whatever their axes are.
    const inFours = known.fours !== undefined && before[0] === after[0] && before[1] === after[1];
    const layout = inFours ? "fours" : "planes";
    const within = this.cell(input!, layout);
    this.#cells.set(output, { [layout]: { ...this.#newCell(output, layout), within } });
  }

  /** Converts a cell to a layout: a view where the bytes are the same, else a copy. */
  #converted(from: Cell, layout: Layout): Cell {
    const to = this.#newCell(from, layout);
    const same = sameInBoth(from.shape, layout) && to.format === placeOf(from).root.format;
    if (same && this.#isWhole(from)) to.within = from;
    else this.#copy(from, to);
    return to;
  }

  /** Whether a cell is contiguous; if so, it is kept that way. */
  #isWhole(cell: Cell): boolean {
    if (!isWhole(cell)) return false;
    this.#whole.add(placeOf(cell).root);
    return true;
  }

  #copy(from: Cell, to: Cell): void {
    const shader = convert(from.shape, from.layout, to.layout);
    const label = `${shader.variant} "${from.name}"`;
    this.steps.push({ node: undefined, label, macs: 0, shader, writes: to, reads: [from] });
  }

  /** Adds a node by its NHWC4 kernel, if it has one that applies and pays; returns whether. */
  #addInFours(node: Node, traits: Traits): boolean {
    const { op, attributes, inputs, output } = node;
    const tooLarge = [output, ...inputs].some((value) =>
      !this.#constants.has(value) && value.shape.length > 1 &&
      bytesOfCell(this.#newCell(value, "fours")) > traits.bindable
    );
    if (tooLarge) return false;
    if (op === "dense") return this.#addDense(node, traits);
    const isInFours = inputs.some((value) => this.#cells.get(value)?.fours);
    if (op === "concat") return isInFours && this.#addConcat(node);
    if (op === "slice") return isInFours && this.#addSlice(node);
    const kernel = fours[op as OpName] as FoursKernel<OpName> | undefined;
    if (kernel === undefined || !kernel.leads && !isInFours || output.shape.length < 2) {
      return false;
    }
    const shapes = inputs.map(({ shape }) => shape);
    const first = this.#cells.get(inputs[0]!);
    const inPlanes = first !== undefined && first.fours === undefined;
    const shaders = kernel.shaders(attributes as never, shapes, output.shape, traits, inPlanes);
    const computed = (shader: Shader) =>
      Object.keys(shader.packed ?? {}).some((i) => !this.#constants.has(inputs[Number(i)]!));
    if (shaders === undefined || shaders.some(computed)) return false;
    this.#cells.set(output, { fours: this.#launch(node, shaders, "fours") });
    return true;
  }

  /** `concat` along channels: each input becomes a view into its channels of the output. */
  #addConcat({ attributes, inputs, output }: Node<"concat">): boolean {
    const joins = axisOf(attributes.axis, output.shape.length) === 1 &&
      new Set(inputs).size === inputs.length &&
      inputs.slice(0, -1).every(({ shape }) => shape[1]! % 4 === 0) &&
      !inputs.some((value) => this.#constants.has(value));
    if (!joins) return false;
    const joined = this.#newCell(output, "fours");
    let start = 0;
    for (const value of inputs) {
      const cell = this.cell(value, "fours");
      if (!this.#makeView(cell, joined, start)) {
        const part = { ...this.#newCell(value, "fours"), within: joined, start };
        this.#copy(cell, part);
      }
      start += value.shape[1]! / 4;
    }
    this.#cells.set(output, { fours: joined });
    return true;
  }

  /**
   * Turns a cell into a view of some channels of another, unless a step would then bind one buffer
   * for reading and writing.
   */
  #makeView(cell: Cell, into: Cell, start: number): boolean {
    if (cell.within !== undefined || this.#whole.has(cell)) return false;
    const shared = (other: Operand) => isCell(other) && [cell, into].includes(placeOf(other).root);
    const conflicts = this.steps.some(({ writes, reads }) => shared(writes) && reads.some(shared));
    if (conflicts) return false;
    cell.within = into;
    cell.start = start;
    return true;
  }

  /** `slice` of whole quads of channels: a view. */
  #addSlice({ attributes, inputs: [input], output }: Node<"slice">): boolean {
    const extent = input!.shape[1]!;
    const start = fromEnd(attributes.start, extent), end = start + output.shape[1]!;
    const sliced = axisOf(attributes.axis, output.shape.length) === 1 &&
      start % 4 === 0 && (end % 4 === 0 || end === extent);
    if (!sliced) return false;
    const within = this.cell(input!, "fours");
    const part = { ...this.#newCell(output, "fours"), within, start: start / 4 };
    this.#cells.set(output, { fours: part });
    return true;
  }

  /** `dense`: a pointwise convolution over samples of one pixel with all numbers as channels. */
  #addDense(node: Node<"dense">, traits: Traits): boolean {
    const { attributes: { axis, bias, residual, output: outputs }, inputs, output } = node;
    const [input, ...learned] = inputs.slice(0, bias ? 3 : 2) as [Value, ...Value[]];
    const rank = output.shape.length;
    if (this.#constants.has(input) || learned.some((value) => !this.#constants.has(value))) {
      return false;
    }
    if (residual && rank !== 2) return false;
    const { cell, ...samples } = this.#samplesOf(input, axisOf(axis, input.shape.length));
    const shaders = denseFours(node.attributes, samples, traits);
    const result = this.#newCell({ name: output.name, shape: [samples.count, outputs] }, "fours");
    this.#launch(node, shaders, "fours", result, cell);
    if (rank === 2) this.#cells.set(output, { fours: result });
    else {
      const planes = this.#newCell(output, "planes");
      planes.within = this.#converted(result, "planes");
      this.#cells.set(output, { planes });
    }
    return true;
  }

  /** The samples of a fully connected layer, whose axes start at `first`, in NHWC4. */
  #samplesOf(input: Value, first: number): Samples & { readonly cell: Cell } {
    const { name, shape } = input;
    const samples = count(shape.slice(0, first));
    const { fours } = this.#cells.get(input)!;
    if (first === 1 && fours !== undefined && this.#isWhole(fours)) {
      // All pixels of a sample, side by side, are one pixel of many channels.
      const channels = shape[1]!, pixels = count(shape.slice(2));
      const stride = quadsOf(channels) * pixels;
      const whole = this.#newCell({ name, shape: [samples, stride * 4] }, "fours");
      return { cell: { ...whole, within: fours, stride }, count: samples, channels, pixels };
    }
    const channels = count(shape.slice(first));
    const planes = this.#newCell({ name, shape: [samples, channels] }, "planes");
    planes.within = this.cell(input, "planes");
    return { cell: this.#converted(planes, "fours"), count: samples, channels, pixels: 1 };
  }
}
