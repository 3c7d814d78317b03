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
import { LayerNodes } from "../layer_nodes.ts";

export const scaleRoute = defineLayer({
  type: "ScaleRoute",
  ops: [
    "argMax",
    "clip",
    "concat",
    "eltwise",
    "gather",
    "power",
    "reshape",
    "reverse",
    "selectRows",
    "slice",
    "threshold",
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
        `its low_scale is ${low ?? "missing"} and its high_scale ${high ?? "missing"}, but they ` +
          "must be above 0, and the first may not exceed the second",
      );
    }
    const nodes = new LayerNodes(graph, name);
    const boxes = nodes.reshape("boxes", bottoms[0]!, [0, 5]);
    const first = nodes.slice("first", boxes, 1, 1, 3), last = nodes.slice("last", boxes, 1, 3, 5);
    const between = nodes.add("eltwise", "between", [first, last], { coefficients: [-1, 1] });
    const sides = nodes.add("power", "sides", [between], { shift: 1 });
    // A box whose last corner is before its first has no area.
    const exist = nodes.add("threshold", "exist", [sides], { threshold: below(1) });
    const valid = nodes.add("eltwise", "valid", [sides, exist], { operation: "product" });
    const area = nodes.add("eltwise", "area", [
      nodes.slice("width", valid, 1, 0, 1),
      nodes.slice("height", valid, 1, 1, 2),
    ], { operation: "product" });
    // The areas are compared, because GPUs may not compute roots exactly.
    const reach = (role: string, limit: number) =>
      nodes.add("threshold", role, [area], { threshold: below(limit ** 2) });
    const within = nodes.add("eltwise", "within", [
      reach("low", low ?? 0),
      reach("high", high ?? 3.4e38),
    ], { coefficients: [1, -1] });
    const any = nodes.add("argMax", "any", [within], { axis: 0, result: "value" });
    const none = nodes.add("power", "none", [any], { scale: -1, shift: 1 });
    const selector = nodes.add("concat", "selector", [within, none], { axis: 0 });

    // The ratio of a scale to the middle, or the inverse if that is smaller, is largest for the nearest.
    const middle = Math.sqrt((low ?? high ?? 256) * (high ?? low ?? 256));
    const scale = nodes.add("power", "scale", [area], { power: 0.5 });
    const ratio = nodes.add("power", "ratio", [scale], { scale: -1 / middle });
    const positive = nodes.add("clip", "positive", [scale], { min: 1, max: 3.4e38 });
    const inverse = nodes.add("power", "inverse", [positive], { power: -1, scale: -1 / middle });
    const distance = nodes.add("eltwise", "distance", [ratio, inverse], { operation: "max" });
    const near = nodes.add("power", "near", [distance], { scale: -1 });
    // Among equal values the last is taken here, but the first in Caffe.
    const backwards = (role: string, value: Value) =>
      nodes.add("reverse", role, [value], { axis: 0 });
    const place = nodes.add("argMax", "place", [backwards("backwards", near)], { axis: 0 });
    const nearest = nodes.reshape("nearest", place, [-1]);
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
