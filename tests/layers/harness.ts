/**
 * Tests single layers by reference, with settings as plain objects, and bottoms and blobs as tensors.
 *
 * @module
 */
import assert from "node:assert/strict";
import { paramNumbers } from "../../lib/caffe/param_numbers.ts";
import type { NetLayer, ParamField } from "../../lib/caffe/net.ts";
import { fill } from "../../lib/layers/filler.ts";
import { checkCounts } from "../../lib/layers/layer.ts";
import { layerFields, layers } from "../../lib/layers/mod.ts";
import { GraphBuilder, type Value } from "../../runtime/graph.ts";
import { runNode } from "../../runtime/reference.ts";
import { count, type Tensor } from "../../runtime/tensor.ts";

/** A layer, its bottoms and its expected tops. */
export interface LayerCase {
  readonly does: string;
  readonly param?: Record<string, unknown>;
  readonly bottoms: readonly Tensor[];
  /** The learned blobs, by default those of the layer's fillers. */
  readonly blobs?: readonly Tensor[];
  readonly tops: readonly Tensor[];
  /** The expected warnings, by default none. */
  readonly warns?: RegExp;
}

/** Tests each case of a layer type. */
export function testLayer(type: string, cases: readonly LayerCase[]): void {
  for (const { does, tops, warns, ...given } of cases) {
    Deno.test(`${type} ${does}`, () => {
      const layer = netLayer(type, given.param, {
        bottoms: given.bottoms.map((_, i) => `bottom${i}`),
        tops: tops.map((_, i) => `top${i}`),
      });
      const warnings: string[] = [];
      const warn = (message: string) => warnings.push(message);
      const actual = runLayer(layer, given.bottoms, given.blobs, warn);
      assert.match(warnings.join("\n"), warns ?? /^$/);
      assert.equal(actual.length, tops.length);
      actual.forEach((top, i) => expectTensor(top, tops[i]!));
    });
  }
}

const knownFields = new Set([...paramNumbers.keys(), ...layerFields().known]);

/** A layer like those read from files. */
export function netLayer(
  type: string,
  param: Record<string, unknown> = {},
  rest: Partial<NetLayer> = {},
): NetLayer {
  return {
    name: "layer",
    type,
    bottoms: ["bottom"],
    tops: ["top"],
    phase: undefined,
    include: [],
    exclude: [],
    params: [],
    lossWeights: [],
    transform: undefined,
    blobs: [],
    where: "test.prototxt:1:1",
    param: <Value>({ name, message }: ParamField<Value>) => {
      assert(knownFields.has(name), `no layer declares that it reads ${name}`);
      const unknown = Object.keys(param).find((name) => !Object.hasOwn(message.fields, name));
      assert.equal(unknown, undefined, `${message.name} has no field ${unknown}`);
      const defaults = Object.entries(message.fields).map(([name, f]) => [name, f.defaultValue]);
      return { ...Object.fromEntries(defaults), ...param } as Value;
    },
    hasParam: ({ name }) => name === layers.get(type)?.param?.name,
    ...rest,
  };
}

/** The tops of a layer, computed by reference. */
export function runLayer(
  layer: NetLayer,
  bottoms: readonly Tensor[],
  given?: readonly Tensor[],
  warn: (message: string) => void = assert.fail,
): readonly Tensor[] {
  const definition = layers.get(layer.type)!;
  const graph = new GraphBuilder();
  const values = new Map<Value, Tensor>();
  const input = (tensor: Tensor, i: number) => {
    const value = graph.input(`bottom${i}`, tensor.shape);
    values.set(value, tensor);
    return value;
  };
  checkCounts(definition, layer);
  const shape = {
    layer,
    param: definition.param && layer.param(definition.param),
    shapes: bottoms.map((bottom) => bottom.shape),
    ...given && { stored: given.map((blob) => blob.shape) },
  };
  const blobs = (definition.blobs?.(shape) ?? []).map((spec, i) => {
    const tensor = given?.[i] ?? { shape: spec.shape, data: fill(spec.filler!, spec.shape) };
    assert.deepEqual(tensor.shape, spec.shape, `${spec.name} (${spec.because})`);
    return graph.constant(`layer/${spec.name}`, tensor);
  });
  const tops = definition.lower!({
    ...shape,
    name: layer.name,
    bottoms: bottoms.map(input),
    blobs,
    graph,
    settings: {},
    warn,
    hasLayer: () => false,
  });
  const { nodes, constants } = graph.build("test", [], []);
  for (const { op } of nodes) {
    const declared: readonly string[] = definition.ops ?? [];
    assert(declared.includes(op), `${layer.type} does not declare the op ${op}`);
  }
  for (const [{ shape }, data] of constants) assert.equal(data.length, count(shape));
  for (const [value, data] of constants) values.set(value, { shape: value.shape, data });
  for (const node of nodes) {
    values.set(node.output, runNode(node, node.inputs.map((value) => values.get(value)!)));
  }
  return tops.map((top) => values.get(top)!);
}

/** Asserts that a tensor has a shape and, within 1e-5, some numbers. */
export function expectTensor(actual: Tensor, expected: Tensor): void {
  assert.deepEqual(actual.shape, expected.shape);
  expected.data.forEach((value, i) =>
    assert(
      Math.abs(actual.data[i]! - value) <= 1e-5,
      `element ${i}: ${actual.data[i]} is not ${value}`,
    )
  );
}

/** A tensor from numbers separated by white space, which may be laid out in rows. */
export function tensor(shape: readonly number[], numbers: string): Tensor {
  const data = Float32Array.from(numbers.trim().split(/\s+/), Number);
  assert.equal(data.length, count(shape));
  return { shape, data };
}
