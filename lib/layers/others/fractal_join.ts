/**
 * FractalJoin and GlobalDropTrigger, of FractalNet: the mean, or the sum, of paths, of which training
 * drops some at random.
 *
 * A trigger decides whether training drops all paths but one. It tells so beside its top, whose numbers
 * mean nothing: a join that has it as its last bottom recognizes it by its shape.
 *
 * @see https://github.com/gustavla/fractalnet
 * @module
 */
import { bool, float, int32, message, nested, repeated } from "../../../proto/message.ts";
import { count, sameShape, showShape } from "../../../runtime/tensor.ts";
import { refuseHuge } from "../filler.ts";
import { apply, defineLayer, type Layer } from "../layer.ts";
import { expectPositive } from "../positive.ts";

/** The shape of a trigger's top. */
const extents = {
  num: int32(0, 1),
  channels: int32(0, 2),
  height: int32(0, 1),
  width: int32(0, 2),
};

const GlobalDropParameter = message("GlobalDropParameter", {
  undrop_path_ratio: repeated(float(0)),
  ...extents,
});

const globalDropTrigger = defineLayer({
  type: "GlobalDropTrigger",
  param: {
    name: "global_drop_trigger_param",
    message: message("GlobalDropTriggerParameter", { global_drop_ratio: float(0), ...extents }),
  },

  lower({ graph, name, param: { num, channels, height, width } }) {
    const shape = [num, channels, height, width];
    expectPositive({ num, channels, height, width });
    refuseHuge(shape);
    return [graph.constant(name, { shape, data: new Float32Array(count(shape)) })];
  },
});

const fractalJoin = defineLayer({
  type: "FractalJoin",
  ops: ["eltwise"],
  param: {
    name: "fractal_join_param",
    message: message("FractalJoinParameter", {
      drop_path_ratio: repeated(float(0)),
      global_drop: nested(0, GlobalDropParameter),
      sum_path_input: bool(0, false),
    }),
  },
  bottoms: [1, Infinity],

  lower({ graph, name, param, bottoms, shapes }) {
    const { num = 1, channels = 2, height = 1, width = 2 } = param.global_drop ?? {};
    const hasTrigger = sameShape(shapes.at(-1)!, [num, channels, height, width]);
    const paths = hasTrigger ? bottoms.slice(0, -1) : bottoms;
    const other = paths.find(({ shape }) => !sameShape(shape, shapes[0]!));
    if (paths.length === 0 || other !== undefined) {
      const given = shapes.map(showShape).join(", ");
      throw new TypeError(
        `its bottoms are ${given}, but it needs paths of one shape, and perhaps the top of a ` +
          "GlobalDropTrigger behind them",
      );
    }
    const coefficient = param.sum_path_input ? 1 : 1 / paths.length;
    const coefficients = paths.map(() => coefficient);
    return [apply(graph, "eltwise", name, paths, { operation: "sum", coefficients })];
  },
});

export const fractalJoins: readonly Layer[] = [fractalJoin, globalDropTrigger];
