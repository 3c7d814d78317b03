/**
 * IRNN: adds to each position what is left of the one before it, in four directions:
 *
 *     y(i) = relu(x(i) + a · y(i − 1))
 *
 * The tops are the sums to the left (from the last column on), up, to the right, and down. Each
 * direction and channel has a learned factor `a`. RAT has a leaky rectifier with a learned slope for
 * each channel instead.
 *
 * The recurrence is unrolled: the two directions along an axis are computed at once.
 *
 * @see https://github.com/xw-hu/DSC/blob/master/src/caffe/layers/irnn_layer.cu
 * @see https://github.com/xw-hu/CF-Caffe/blob/master/src/caffe/layers/rat_layer.cu
 * @module
 */
import { bool, float, message } from "../../../proto/message.ts";
import type { Value } from "../../../runtime/graph.ts";
import { expectImage, type Shape, type Shape4 } from "../../../runtime/tensor.ts";
import { mostSteps } from "../bvlc/recurrent.ts";
import { constant } from "../filler.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer, type LayerInstance, type LayerShape, topName } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";

/** Their names; their numbers and defaults are unknown. The recurrence of an IRNN starts as a sum. */
const fields = {
  initial_value: float(0),
  /** These only count in training. */
  weight_fixed: bool(0),
  lr_multi: float(0),
  max_gradient: float(0),
};

const ops = ["affine", "concat", "eltwise", "permute", "reshape", "reverse", "slice"] as const;

export const irnn = defineLayer({
  type: "IRNN",
  ops: [...ops, "relu"],
  param: { name: "irnn_param", message: message("IRNNParameter", fields) },
  tops: [4, 4],
  blobs: (instance) => [factorsOf(instance)],
  lower: (instance) => {
    return inFourDirections(
      instance,
      (nodes, role, sum) => nodes.add("relu", role, [sum], {}),
    );
  },
});

export const rat = defineLayer({
  type: "RAT",
  ops: [...ops, "prelu"],
  param: {
    name: "rat_param",
    message: message("RATParameter", { ...fields, slope: float(0), learnable_slope: bool(0) }),
  },
  tops: [4, 4],

  blobs(instance) {
    const channels = imageOf(instance)[1], { slope } = instance.param;
    const slopes = { name: "slopes", shape: [channels], because: `${channels} channels` };
    return [factorsOf(instance), { ...slopes, filler: constant(slope ?? 0) }];
  },

  lower(instance) {
    const { graph, name, blobs: [, slopes] } = instance, data = graph.dataOf(slopes!)!;
    const both = new LayerNodes(graph, name).numbers("slopes/both", [...data, ...data]);
    return inFourDirections(
      instance,
      (nodes, role, sum) => nodes.add("prelu", role, [sum, both], {}),
    );
  },
});

type Settings = { readonly initial_value: number | undefined };

/**
 * Checks the rows and columns of an image.
 *
 * @throws {TypeError} if they are too many to be unrolled.
 */
export function expectUnrollable([, , height, width]: Shape): void {
  if (Math.max(height!, width!) > mostSteps) {
    throw new TypeError(
      `its bottom has ${height} × ${width} pixels, but at most ${mostSteps} rows and columns are ` +
        "unrolled",
    );
  }
}

/** The shape of the only bottom. */
function imageOf({ shapes: [shape] }: LayerShape<unknown>): Shape4 {
  expectImage(shape!);
  return shape as unknown as Shape4;
}

/** The factors of all channels to the left, then of all up, to the right and down. */
function factorsOf(instance: LayerShape<Settings>) {
  const [, channels] = imageOf(instance), because = `${channels} channels`;
  const filler = constant(instance.param.initial_value ?? 1);
  return { name: "factors", shape: [4 * channels], filler, because };
}

/** Adds the rectifier behind each sum. */
type Rectify = (nodes: LayerNodes, role: string, sum: Value) => Value;

/** The sums to the left, up, to the right and down. */
function inFourDirections(instance: LayerInstance<Settings>, rectify: Rectify): readonly Value[] {
  const { graph, name, bottoms: [bottom] } = instance;
  expectUnrollable(bottom!.shape);
  const image = fixed(graph, name, bottom!, 1);
  const [left, right] = alongAxis(instance, image, 3, rectify);
  const [up, down] = alongAxis(instance, image, 2, rectify);
  return [left!, up!, right!, down!];
}

/** The sums against an axis and along it. */
function alongAxis(
  instance: LayerInstance<Settings>,
  image: Value,
  axis: 2 | 3,
  rectify: Rectify,
): readonly Value[] {
  const { graph, blobs: [factors] } = instance;
  const nodes = new LayerNodes(graph, `${instance.name}/${axis === 3 ? "columns" : "rows"}`);
  const channels = image.shape[1]!, steps = image.shape[axis]!;
  // The steps first, then the channels.
  const order = axis === 3 ? [3, 1, 0, 2] : [2, 1, 0, 3];
  const forth = nodes.add("permute", "forth", [image], { order });
  const back = nodes.add("reverse", "back", [forth], { axis: 0 });
  const inputs = nodes.add("concat", "inputs", [back, forth], { axis: 1 });
  // Among left, up, right and down, which tops and factors have.
  const directions = axis === 3 ? [0, 2] : [1, 3], data = graph.dataOf(factors!)!;
  const scale = nodes.numbers(
    "factors",
    directions.flatMap((direction) => [
      ...data.subarray(direction * channels, (direction + 1) * channels),
    ]),
  );
  const outputs: Value[] = [];
  for (let i = 0; i < steps; i++) {
    const input = nodes.slice(`${i}/input`, inputs, 0, i, i + 1 === steps ? 0 : i + 1);
    const last = outputs.at(-1);
    const rest = last && nodes.add("affine", `${i}/rest`, [last, scale], { terms: "scale" });
    const sum = rest ? nodes.add("eltwise", `${i}/sum`, [input, rest], {}) : input;
    outputs.push(rectify(nodes, `${i}`, sum));
  }
  const all = nodes.add("concat", "all", outputs, { axis: 0 });
  const parts = [
    nodes.add("reverse", "reversed", [nodes.slice("against", all, 1, 0, channels)], { axis: 0 }),
    nodes.slice("along", all, 1, channels, 0),
  ];
  const restored = axis === 3 ? [2, 1, 3, 0] : order;
  return directions.map((top, i) =>
    apply(graph, "permute", topName(instance, top), [parts[i]!], { order: restored })
  );
}
