/**
 * Add, Sub, Mul, Div, Maximum and Minimum of Synopsys's fork: two operands, broadcast as in NumPy.
 * Cambricon's CycleAdd, CycleSub and CycleMult are the same with one number for each channel as the
 * second operand.
 *
 * @see https://github.com/foss-for-synopsys-dwc-arc-processors/synopsys-caffe/blob/master/src/caffe/layers/add_layer.cpp
 * @see https://github.com/Cambricon/caffe/blob/master/src/caffe/layers/cycleadd_layer.cpp
 * @module
 */
import type { OpName, Options } from "../../../runtime/ops/mod.ts";
import { expectImage, sameShape, showShape } from "../../../runtime/tensor.ts";
import { broadcast } from "../broadcast.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer, type Layer } from "../layer.ts";

/** An operation on two operands, composed of `eltwise` and `power`. */
interface Kind {
  readonly options: Options["eltwise"];
  /** The `power` applied to each operand first. */
  readonly before?: readonly (Options["power"] | undefined)[];
  /** The `power` applied to the result. */
  readonly after?: Options["power"];
}

const opposite = { scale: -1 };
const add: Kind = { options: { operation: "sum" } };
const sub: Kind = { options: { operation: "sum", coefficients: [1, -1] } };
const mul: Kind = { options: { operation: "product" } };

function operands(type: string, { options, before = [], after }: Kind): Layer {
  const isExtreme = options.operation === "max";
  const isPrepared = before.length > 0 || after !== undefined || options.coefficients !== undefined;
  const ops: readonly OpName[] = [
    ...["eltwise", "reshape", "tile"] as const,
    ...isExtreme ? [] : ["affine"] as const,
    ...isPrepared ? ["power"] as const : [],
  ];
  return defineLayer({
    type,
    ops,
    bottoms: [2, 2],

    lower({ graph, name, bottoms }) {
      const [first, second] = bottoms.map((bottom, i) =>
        before[i] ? apply(graph, "power", `${name}/prepared${i}`, [bottom], before[i]) : bottom
      );
      const node = after ? `${name}/combined` : name;
      const combined = broadcast(graph, node, [first!, second!], options);
      return [after ? apply(graph, "power", name, [combined], after) : combined];
    },
  });
}

/** Cambricon's layers: the second bottom is a term for each channel of the first, times `sign`. */
function cycle(type: string, terms: "scale" | "offset", sign = 1): Layer {
  return defineLayer({
    type,
    ops: ["affine", "reshape", ...sign === 1 ? [] : ["power"] as const],
    bottoms: [2, 2],

    lower({ graph, name, bottoms: [image, numbers] }) {
      expectImage(image!.shape);
      const needed = [1, image!.shape[1]!, 1, 1];
      if (!sameShape(numbers!.shape, needed)) {
        throw new TypeError(
          `its bottoms are ${showShape(image!.shape)} and ${showShape(numbers!.shape)}, but the ` +
            `second must be ${showShape(needed)}`,
        );
      }
      const list = apply(graph, "reshape", `${name}/numbers`, [fixed(graph, name, numbers!, 0)], {
        shape: [-1],
      });
      const term = sign === 1
        ? list
        : apply(graph, "power", `${name}/opposite`, [list], { scale: sign });
      return [apply(graph, "affine", name, [image!, term], { terms })];
    },
  });
}

export const twoOperands: readonly Layer[] = [
  operands("Add", add),
  operands("Sub", sub),
  operands("Mul", mul),
  operands("Div", { ...mul, before: [undefined, { power: -1 }] }),
  operands("Maximum", { options: { operation: "max" } }),
  operands("Minimum", {
    options: { operation: "max" },
    before: [opposite, opposite],
    after: opposite,
  }),
];

export const cycles: readonly Layer[] = [
  cycle("CycleAdd", "offset"),
  cycle("CycleMult", "scale"),
  cycle("CycleSub", "offset", -1),
];
