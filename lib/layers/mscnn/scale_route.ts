/**
 * ScaleRoute: of Cascade R-CNN's boxes those whose scale, the root of their area, is in a range, for one
 * level of a feature pyramid; further bottoms are selected by the same rows. If no box is in the range,
 * the one that is nearest to its middle is selected.
 *
 * @see https://github.com/zhaoweicai/cascade-rcnn/blob/master/src/caffe/layers/scale_route_layer.cpp
 * @module
 */
import { float, message } from "../../../proto/message.ts";
import type { Value } from "../../../runtime/graph.ts";
import { count, showShape } from "../../../runtime/tensor.ts";
import { apply, defineLayer, topName } from "../layer.ts";

export const scaleRoute = defineLayer({
  type: "ScaleRoute",
  ops: [
    ...["argMax", "clip", "concat", "eltwise", "gather", "power", "reshape", "reverse"] as const,
    ...["selectRows", "slice", "threshold"] as const,
  ],
  param: {
    name: "scale_route_param",
    message: message("ScaleRouteParameter", { low_scale: float(1), high_scale: float(2) }),
  },
  bottoms: [1, Infinity],
  tops: "bottoms",

  lower(instance) {
    const { graph, name, bottoms, shapes, param: { low_scale: low, high_scale: high } } = instance;
    if (count(shapes[0]!.slice(1)) !== 5 || shapes.some(([rows]) => rows !== shapes[0]![0])) {
      throw new TypeError(
        `its bottoms are ${shapes.map(showShape).join(", ")}, but the first must be boxes [R, ` +
          "5], and the others must have as many rows",
      );
    }
    if ((low ?? 1) <= 0 || (high ?? 1) <= 0 || (low ?? 0) > (high ?? Infinity)) {
      throw new TypeError(
        `its low_scale is ${low} and its high_scale ${high}, but they must be above 0, and the ` +
          "first may not exceed the second",
      );
    }
    const unary = (op: "power" | "threshold", role: string, value: Value, settings: object) =>
      apply(graph, op, `${name}/${role}`, [value], settings);
    const combine = (role: string, values: readonly Value[], settings: object) =>
      apply(graph, "eltwise", `${name}/${role}`, values, settings);
    const slice = (role: string, value: Value, start: number, end: number) =>
      apply(graph, "slice", `${name}/${role}`, [value], { axis: 1, start, end });

    const boxes = apply(graph, "reshape", `${name}/boxes`, [bottoms[0]!], { shape: [0, 5] });
    const between = combine("between", [slice("first", boxes, 1, 3), slice("last", boxes, 3, 5)], {
      coefficients: [-1, 1],
    });
    const sides = unary("power", "sides", between, { shift: 1 });
    // A box whose last corner is before its first has no area.
    const exist = unary("threshold", "exist", sides, { threshold: below(1) });
    const valid = combine("valid", [sides, exist], { operation: "product" });
    const area = combine("area", [slice("width", valid, 0, 1), slice("height", valid, 1, 2)], {
      operation: "product",
    });
    // The areas are compared, because GPUs may not compute roots exactly.
    const reach = (role: string, limit: number) =>
      unary("threshold", role, area, { threshold: below(limit ** 2) });
    const within = combine("within", [reach("low", low ?? 0), reach("high", high ?? 3.4e38)], {
      coefficients: [1, -1],
    });
    const any = apply(graph, "argMax", `${name}/any`, [within], { axis: 0, result: "value" });
    const none = unary("power", "none", any, { scale: -1, shift: 1 });
    const selector = apply(graph, "concat", `${name}/selector`, [within, none], { axis: 0 });

    // The ratio of a scale to the middle, or the inverse if that is smaller, is largest for the nearest.
    const middle = Math.sqrt((low ?? high ?? 256) * (high ?? low ?? 256));
    const scale = unary("power", "scale", area, { power: 0.5 });
    const ratio = unary("power", "ratio", scale, { scale: -1 / middle });
    const positive = apply(graph, "clip", `${name}/positive`, [scale], { min: 1, max: 3.4e38 });
    const inverse = unary("power", "inverse", positive, { power: -1, scale: -1 / middle });
    const distance = combine("distance", [ratio, inverse], { operation: "max" });
    const near = unary("power", "near", distance, { scale: -1 });
    // Among equal values the last is taken here, but the first in Caffe.
    const backwards = (role: string, value: Value) =>
      apply(graph, "reverse", `${name}/${role}`, [value], { axis: 0 });
    const nearest = apply(graph, "reshape", `${name}/nearest`, [
      apply(graph, "argMax", `${name}/place`, [backwards("backwards", near)], { axis: 0 }),
    ], { shape: [-1] });
    return bottoms.map((bottom, i) => {
      const of = topName(instance, i);
      const table = backwards(`backwards/${i}`, bottom);
      const row = apply(graph, "gather", `${of}/row`, [nearest, table], {});
      const all = apply(graph, "concat", `${of}/all`, [bottom, row], { axis: 0 });
      return apply(graph, "selectRows", of, [all, selector], {});
    });
  },
});

/** The float32 before a number that is not negative: values above it are not below the number. */
function below(limit: number): number {
  const [bits] = new Uint32Array(Float32Array.of(limit).buffer);
  return bits === 0 ? -1 : new Float32Array(Uint32Array.of(bits! - 1).buffer)[0]!;
}
