/**
 * Resample: resizes an image, to a given size or to that of the second bottom.
 *
 * If height and width have different factors, the result is shifted: the fork computes the half-pixel
 * offset of each axis from the factor of the other. TensorFlow does not.
 *
 * @see https://github.com/lmb-freiburg/flownet2/blob/master/src/caffe/layers/resample_layer.cu
 * @module
 */
import { bool, enumeration, float, message, uint32 } from "../../../proto/message.ts";
import { apply, defineLayer } from "../layer.ts";

export const resample = defineLayer({
  type: "Resample",
  ops: ["resample"],
  param: {
    name: "resample_param",
    number: 155,
    message: message("ResampleParameter", {
      width: uint32(1, 0),
      height: uint32(2, 0),
      type: enumeration(3, { NEAREST: 1, LINEAR: 2, CUBIC: 3, AREA: 4 }, "LINEAR"),
      antialias: bool(4, true),
      /** Unused in the fork. */
      factor: float(5, 1),
    }),
  },
  bottoms: [1, 2],

  lower({ graph, name, param: { width, height, type, antialias }, bottoms }) {
    if (type === "AREA") {
      throw new TypeError(
        "its type is AREA, which the fork does not implement: use NEAREST, LINEAR or CUBIC",
      );
    }
    const size = sizeOf(bottoms.length, height, width);
    return [
      apply(graph, "resample", name, bottoms, { method: methods[type], antialias, size }),
    ];
  },
});

const methods = { NEAREST: "nearest", LINEAR: "linear", CUBIC: "cubic" } as const;

/** The height and width of the top; zeros if the second bottom determines them. */
export function sizeOf(bottoms: number, height: number, width: number): readonly [number, number] {
  if (bottoms === 2) return [0, 0];
  if (height > 0 && width > 0) return [height, width];
  throw new TypeError(
    `its top would be ${height} × ${width}: it needs a height and a width, or a second bottom`,
  );
}
