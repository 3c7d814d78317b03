/**
 * Element-wise ops, softmax and matrix products in ONNX's operators.
 *
 * @module
 */
import type { OpName } from "../../../runtime/ops/mod.ts";
import type { UnaryName } from "../../../runtime/ops/unary.ts";
import { axisOf, count } from "../../../runtime/tensor.ts";
import * as composed from "../composed.ts";
import { arrayOps } from "./array_ops.ts";
import type { OnnxBuilder } from "./builder.ts";
import type { Applied, Entry } from "./entry.ts";
import type { OnnxValue } from "./node.ts";

/** An entry for an element-wise function. */
function each<Name extends OpName>(
  compute: (
    onnx: OnnxBuilder,
    x: OnnxValue,
    attributes: Applied<Name>["attributes"],
  ) => OnnxValue,
): Entry<Name> {
  return ({ onnx, inputs: [x], attributes }) => compute(onnx, x!, attributes);
}

/** The functions of one number. */
export const functions: { readonly [Name in UnaryName]: Entry<Name> } = {
  relu: each((onnx, x, { slope }) =>
    slope === 0
      ? onnx.unary("Relu", x)
      : onnx.node("LeakyRelu", [x], x.shape, { alpha: { f: slope } })
  ),
  relu6: each((onnx, x, { slope }) => {
    const clipped = onnx.clip(x, 0, 6);
    if (slope === 0) return clipped;
    return onnx.add(clipped, onnx.scale(onnx.binary("Min", x, onnx.number(0)), slope));
  }),
  elu: each((onnx, x, { alpha }) => onnx.node("Elu", [x], x.shape, { alpha: { f: alpha } })),
  sigmoid: each((onnx, x) => onnx.unary("Sigmoid", x)),
  tanh: each((onnx, x) => onnx.unary("Tanh", x)),
  swish: each((onnx, x, settings) => composed.swish(arrayOps(onnx), x, settings)),
  abs: each((onnx, x) => onnx.unary("Abs", x)),
  // Of two limits in the wrong order, the first wins; in ONNX it would be the second.
  clip: each((onnx, x, { min, max }) => onnx.clip(x, min, Math.max(min, max))),
  power: each((onnx, x, settings) => composed.power(arrayOps(onnx), x, settings)),
  exp: each((onnx, x, settings) => composed.exp(arrayOps(onnx), x, settings)),
  log: each((onnx, x, settings) => composed.log(arrayOps(onnx), x, settings)),
  bnll: each((onnx, x) => onnx.unary("Softplus", x)),
  threshold: each((onnx, x, { threshold }) =>
    onnx.cast(onnx.compare("Greater", x, onnx.number(threshold)), "float")
  ),
};

/** Reshapes a tensor whose axes are a run of another's, so that they broadcast. */
function spread(onnx: OnnxBuilder, parameter: OnnxValue, first: number, rank: number): OnnxValue {
  const shape = new Array<number>(rank).fill(1);
  parameter.shape.forEach((extent, i) => shape[first + i] = extent);
  return onnx.reshape(parameter, shape);
}

export const affine: Entry<"affine"> = ({ onnx, attributes, inputs: [x, ...parameters] }) => {
  const { axis, terms } = attributes;
  const rank = x!.shape.length;
  const spreads = parameters.map((parameter) =>
    spread(onnx, parameter, parameter.shape.length === 0 ? 0 : axisOf(axis, rank), rank)
  );
  const scaled = terms === "offset" ? x! : onnx.multiply(x!, spreads[0]!);
  return terms === "scale" ? scaled : onnx.add(scaled, spreads.at(-1)!);
};

/** The op has neither scale nor bias: those are an `affine` after it. */
export const batchNorm: Entry<"batchNorm"> = ({ onnx, attributes: { eps }, inputs }) => {
  const [x, mean, variance] = inputs as [OnnxValue, OnnxValue, OnnxValue];
  const rank = x.shape.length, channels = count(mean.shape);
  if (rank >= 2) {
    const filled = (value: number) =>
      onnx.floats([channels], new Float32Array(channels).fill(value));
    const statistics = [mean, variance].map((value) => onnx.reshape(value, [channels]));
    const inputs = [x, filled(1), filled(0), ...statistics];
    return onnx.node("BatchNormalization", inputs, x.shape, { epsilon: { f: eps } });
  }
  const scalar = (value: OnnxValue) => onnx.reshape(value, new Array<number>(rank).fill(1));
  const deviation = onnx.unary("Sqrt", onnx.add(scalar(variance), onnx.number(eps)));
  return onnx.divide(onnx.subtract(x, scalar(mean)), deviation);
};

export const prelu: Entry<"prelu"> = ({ onnx, inputs: [x, slope] }) => {
  const rank = x!.shape.length;
  const slopes = count(slope!.shape) === 1
    ? onnx.reshape(slope!, [1])
    : spread(onnx, slope!, 0, rank - 1);
  return onnx.node("PRelu", [x!, slopes], x!.shape);
};

export const eltwise: Entry<"eltwise"> = ({ onnx, attributes, inputs }) => {
  const { operation, coefficients } = attributes;
  const terms = inputs.map((input, i) => onnx.scale(input, coefficients[i] ?? 1));
  const [first] = terms;
  if (terms.length === 1) return first!;
  if (operation === "product") return terms.reduce((a, b) => onnx.multiply(a, b));
  return onnx.node(operation === "sum" ? "Sum" : "Max", terms, first!.shape);
};

export const softmax: Entry<"softmax"> = ({ onnx, attributes: { axis }, inputs: [x] }) =>
  onnx.node("Softmax", [x!], x!.shape, { axis: { i: axis } });

export const dense: Entry<"dense"> = ({ onnx, attributes, inputs, shape }) => {
  const [x, weights, biases] = inputs as [OnnxValue, OnnxValue, OnnxValue?];
  const rows = onnx.flatten(x, axisOf(attributes.axis, x.shape.length));
  const operands = [rows, weights, ...biases ? [onnx.reshape(biases, [attributes.output])] : []];
  const product = onnx.node("Gemm", operands, [rows.shape[0]!, attributes.output], {
    transB: { i: 1 },
  });
  return onnx.reshape(product, shape);
};
