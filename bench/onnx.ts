/**
 * Writes a graph as an ONNX model, for the peers that read nothing else.
 *
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 *
 * @module
 */
import type { Graph, Node, Value } from "../runtime/graph.ts";
import type { Shape } from "../runtime/tensor.ts";

/** An attribute of an ONNX node, by its name: a whole number, some of them, a number, or a text. */
type Attributes = Readonly<Record<string, number | readonly number[] | { f: number } | string>>;

/** The bytes of a model, in parts so that no weights are copied. */
export function onnxOf(graph: Graph): Blob {
  const nodes = graph.nodes.flatMap((node) => nodesOf(node).map((each) => field(1, each)));
  const weights = [...graph.constants].map(([value, data]) => field(5, tensor(value, data)));
  const inputs = graph.inputs.map((value) => field(11, valueInfo(value)));
  const outputs = graph.outputs.map((name) => field(12, valueInfo(graph.names.get(name)!)));
  const body = [...nodes, field(2, "kaffe"), ...weights, ...inputs, ...outputs].flat();
  const operators = field(8, [field(1, ""), field(2, 13)].flat());
  return new Blob([field(1, 8), field(7, body), operators].flat(2) as BlobPart[]);
}

function nodesOf(node: Node): Parts[] {
  // deno-lint-ignore no-explicit-any
  const attributes = node.attributes as any;
  const names = node.inputs.map(({ name }) => name);
  const output = node.output.name;
  const one = (op: string, given: Attributes = {}, inputs = names) => [
    nodeProto(op, inputs, output, given),
  ];
  const flattened = [nodeProto("Flatten", [names[0]!], `${output}/flat`, { axis: 1 })];
  switch (node.op) {
    case "conv2d": {
      const { kernel, stride, pad, dilation, group } = attributes;
      return one("Conv", {
        kernel_shape: kernel,
        strides: stride,
        pads: [...pad, ...pad],
        dilations: dilation,
        group,
      });
    }
    case "pool2d": {
      const { method, global, kernel, stride, pad } = attributes;
      const name = method === "max" ? "MaxPool" : "AveragePool";
      if (global) return one(`Global${name}`);
      const end = [0, 1].map((axis) => {
        const needed = (node.output.shape[2 + axis]! - 1) * stride[axis] + kernel[axis];
        return Math.max(0, needed - node.inputs[0]!.shape[2 + axis]! - pad[axis]);
      });
      return one(name, { kernel_shape: kernel, strides: stride, pads: [...pad, ...end] });
    }
    case "dense": {
      const inputs = [`${output}/flat`, ...names.slice(1)];
      return [...flattened, ...one("Gemm", { transB: 1 }, inputs)];
    }
    case "relu":
      return one("Relu");
    case "lrn": {
      const { size, k, alpha, beta } = attributes;
      return one("LRN", { size, bias: { f: k }, alpha: { f: alpha }, beta: { f: beta } });
    }
    case "concat":
      return one("Concat", { axis: attributes.axis });
    case "eltwise":
      return one("Sum");
    case "softmax":
      return one("Softmax", { axis: attributes.axis });
    case "reshape":
      return one("Flatten", { axis: 1 });
    default:
      throw new Error(`Cannot write ONNX: the op ${node.op} is not known there`);
  }
}

type Part = Uint8Array;
type Parts = readonly Part[];

/** A field: a number, a text, or bytes in parts. */
function field(number: number, value: number | string | Parts): Parts {
  if (typeof value === "number") return [varint(number << 3), varint(value)];
  const parts = typeof value === "string" ? [new TextEncoder().encode(value)] : value;
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return [varint(number << 3 | 2), varint(length), ...parts];
}

/** A whole number from 0 on, in seven bits a byte. */
function varint(value: number): Part {
  const bytes: number[] = [];
  for (let rest = value; bytes.length === 0 || rest > 0; rest = Math.floor(rest / 128)) {
    bytes.push(rest % 128 | (rest >= 128 ? 128 : 0));
  }
  return Uint8Array.from(bytes);
}

function nodeProto(
  op: string,
  inputs: readonly string[],
  output: string,
  given: Attributes,
): Parts {
  return [
    ...inputs.map((name) => field(1, name)),
    field(2, output),
    field(3, output),
    field(4, op),
    ...Object.entries(given).map(([name, value]) => field(5, attribute(name, value))),
  ].flat();
}

function attribute(name: string, value: Attributes[string]): Parts {
  const named = field(1, name);
  if (typeof value === "number") return [...named, ...field(3, value), ...field(20, 2)];
  if (typeof value === "string") return [...named, ...field(4, value), ...field(20, 3)];
  if ("f" in value) {
    const bytes = new Uint8Array(Float32Array.of(value.f).buffer);
    return [...named, varint(2 << 3 | 5), bytes, ...field(20, 1)];
  }
  return [...named, ...value.flatMap((each) => field(8, each)), ...field(20, 7)];
}

function tensor({ name, shape }: Value, data: Float32Array): Parts {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return [...dimensions(shape, 1), field(2, 1), field(8, name), field(9, [bytes])].flat();
}

function valueInfo({ name, shape }: Value): Parts {
  const extents = dimensions(shape, 1).map((extent) => field(1, extent)).flat();
  const type = [...field(1, 1), ...field(2, extents)];
  return [...field(1, name), ...field(2, field(1, type))];
}

function dimensions(shape: Shape, number: number): Parts[] {
  return shape.map((extent) => field(number, extent));
}
