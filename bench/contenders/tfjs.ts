/**
 * TensorFlow.js, executing the graph op by op: channels last, and with bias and ReLU fused into the
 * products before them, as its own graph optimizer does.
 *
 * @module
 */
import type { Graph, Node, Value } from "../../runtime/graph.ts";
import type { Shape } from "../../runtime/tensor.ts";
import type { Contender } from "./contender.ts";

const version = "4.22.0";

// Its types would make TensorFlow.js a dependency of the project.
// deno-lint-ignore no-explicit-any
type Any = any;

/** TensorFlow.js on WebGPU or WebAssembly. */
export function tfjs(backend: "webgpu" | "wasm"): Contender {
  return {
    name: `tfjs-${backend} ${version}`,
    onGpu: backend === "webgpu",
    async open(graph) {
      const tf: Any = await load(backend);
      const constants = new Map(
        [...graph.constants].map(([value, data]) => [value, constantOf(tf, graph, value, data)]),
      );
      const output = graph.names.get(graph.outputs[0]!)!;
      return {
        async run({ shape, data }, times) {
          await tf.setBackend(backend);
          let result: Any;
          for (let i = 0; i < times; i++) {
            result?.dispose();
            result = tf.tidy(() => evaluate(tf, graph, constants, tf.tensor(data, shape), output));
          }
          const numbers = await result.data();
          result.dispose();
          return numbers;
        },
        close: () => constants.forEach((each: Any) => each.dispose()),
      };
    },
  };
}

async function load(backend: string): Promise<Any> {
  const tf = await import(`npm:@tensorflow/tfjs-core@${version}`);
  await import(`npm:@tensorflow/tfjs-backend-${backend}@${version}`);
  if (!await tf.setBackend(backend)) throw new Error(`tfjs-${backend} does not start`);
  await tf.ready();
  return tf;
}

/** Weights in TensorFlow's order of axes; other constants unchanged. */
function constantOf(tf: Any, { nodes }: Graph, value: Value, data: Float32Array): Any {
  const tensor = tf.tensor(data, value.shape);
  const reader = nodes.find(({ inputs }) => inputs[1] === value);
  return reader?.op === "conv2d" ? tf.transpose(tensor, [2, 3, 1, 0]) : tensor;
}

function evaluate(
  tf: Any,
  graph: Graph,
  constants: ReadonlyMap<Value, Any>,
  input: Any,
  output: Value,
): Any {
  const values = new Map<Value, Any>(constants);
  values.set(graph.inputs[0]!, channelsLast(tf, input));
  const rectified = rectifiers(graph);
  for (const node of graph.nodes) {
    const apply = ops[node.op];
    if (apply === undefined) throw new Error(`tfjs is not told how to do ${node.op}`);
    const [x, ...rest] = node.inputs.map((each) => values.get(each));
    const activation = rectified.has(node) ? "relu" : undefined;
    const { attributes } = node, inputShape = node.inputs[0]!.shape;
    values.set(node.output, apply({ tf, node, x, rest, activation, attributes, inputShape }));
  }
  return channelsFirst(tf, values.get(output));
}

/** The products whose only reader is a ReLU, which is fused into them. */
function rectifiers({ nodes, outputs, names }: Graph): Set<Node> {
  const kept = outputs.map((name) => names.get(name)!);
  return new Set(nodes.filter(({ op, output }) => {
    const readers = nodes.filter(({ inputs }) => inputs.includes(output));
    return (op === "conv2d" || op === "dense") && readers.length === 1 &&
      readers[0]!.op === "relu" && !kept.includes(output);
  }));
}

const channelsLast = (tf: Any, x: Any) => x.rank === 4 ? tf.transpose(x, [0, 2, 3, 1]) : x;
const channelsFirst = (tf: Any, x: Any) => x.rank === 4 ? tf.transpose(x, [0, 3, 1, 2]) : x;

/** A node in TensorFlow.js: its first input is `x`, and the others are `rest`. */
type Apply = (given: {
  readonly tf: Any;
  readonly node: Node;
  readonly x: Any;
  readonly rest: readonly Any[];
  /** The activation that is fused into a product. */
  readonly activation: "relu" | undefined;
  readonly attributes: Any;
  /** The shape of `x` in Caffe's order of axes. */
  readonly inputShape: Shape;
}) => Any;

const ops: Readonly<Record<string, Apply>> = {
  conv2d({ tf, x, rest: [filter, bias], activation, attributes, inputShape }) {
    const { stride, dilation, group, output } = attributes;
    const pad = paddingOf(attributes.pad, attributes.pad);
    const options = { x, strides: stride, pad, dilations: dilation, bias, activation };
    if (group === 1) return tf.fused.conv2d({ ...options, filter });
    if (group === inputShape[1] && group === output) {
      return tf.fused.depthwiseConv2d({ ...options, filter: tf.transpose(filter, [0, 1, 3, 2]) });
    }
    throw new Error("tfjs convolves no groups");
  },

  pool2d({ tf, node, x, attributes: { method, global, kernel, stride, pad }, inputShape }) {
    const isMax = method === "max";
    if (global) return isMax ? tf.max(x, [1, 2], true) : tf.mean(x, [1, 2], true);
    const end = [0, 1].map((axis) => {
      const needed = (node.output.shape[2 + axis]! - 1) * stride[axis] + kernel[axis];
      return Math.max(0, needed - inputShape[2 + axis]! - pad[axis]);
    });
    return (isMax ? tf.maxPool : tf.avgPool)(x, kernel, stride, paddingOf(pad, end));
  },

  dense({ tf, x, rest: [weights, bias], activation, inputShape }) {
    const rows = tf.reshape(channelsFirst(tf, x), [inputShape[0], -1]);
    // With a bias in the same kernel, version 4.22.0 gives wrong sums on WebAssembly.
    const product = tf.matMul(rows, weights, false, true);
    const sum = bias === undefined ? product : tf.add(product, bias);
    return activation === undefined ? sum : tf.relu(sum);
  },

  relu: ({ tf, x }) => tf.relu(x),
  lrn: ({ tf, x, attributes: { size, k, alpha, beta } }) =>
    tf.localResponseNormalization(x, (size - 1) / 2, k, alpha / size, beta),
  concat: ({ tf, x, rest }) => tf.concat([x, ...rest], x.rank - 1),
  eltwise: ({ tf, x, rest }) => rest.reduce((sum, other) => tf.add(sum, other), x),
  affine: ({ tf, x, rest: [scale, offset] }) => tf.add(tf.mul(x, scale), offset),
  softmax: ({ tf, x }) => tf.softmax(x),
  reshape: ({ tf, node, x }) => tf.reshape(channelsFirst(tf, x), node.output.shape),
};

function paddingOf(start: readonly number[], end: readonly number[]) {
  return [[0, 0], [start[0], end[0]], [start[1], end[1]], [0, 0]];
}
