/**
 * DummyData: tops that a filler fills once. Constants remain; random ones have no meaning here.
 *
 * @module
 */
import { message, nested, repeated, uint32 } from "../../../proto/message.ts";
import { BlobShape, FillerParameter } from "../../caffe/schema.ts";
import { constant, fill } from "../filler.ts";
import { defineLayer, type Filler, topName } from "../layer.ts";

export const dummyData = defineLayer({
  type: "DummyData",
  param: {
    name: "dummy_data_param",
    number: 109,
    message: message("DummyDataParameter", {
      data_filler: repeated(nested(1, FillerParameter)),
      /** The old form of `shape`. */
      num: repeated(uint32(2)),
      channels: repeated(uint32(3)),
      height: repeated(uint32(4)),
      width: repeated(uint32(5)),
      shape: repeated(nested(6, BlobShape)),
    }),
  },
  bottoms: [0, 0],
  tops: [1, Infinity],

  lower(layer) {
    const { graph, param, layer: { tops } } = layer;
    const legacy = [param.num, param.channels, param.height, param.width];
    const isLegacy = legacy.some((extents) => extents.length > 0);
    if (isLegacy && param.shape.length > 0) {
      throw new TypeError("it has both shape and num, channels, height, width");
    }
    /** The value of a setting for each top, which may be set once for all. */
    function ofTop<Value>(setting: string, given: readonly Value[], top: number): Value {
      if (given.length !== 1 && given.length !== tops.length) {
        const state = given.length === 0 ? `no ${setting}` : `${setting} ${given.length} times`;
        throw new TypeError(
          `it has ${state}, but it must be there once` +
            (tops.length > 1 ? `, or once for each of its ${tops.length} tops` : ""),
        );
      }
      return given[given.length === 1 ? 0 : top]!;
    }
    const fillers: readonly Filler[] = param.data_filler.length > 0
      ? param.data_filler
      : [constant(0)];
    const names = ["num", "channels", "height", "width"];
    return tops.map((_, top) => {
      const shape = isLegacy
        ? legacy.map((extents, axis) => ofTop(names[axis]!, extents, top))
        : ofTop("shape", param.shape, top).dim;
      const data = fill(ofTop("data_filler", fillers, top), shape);
      return graph.constant(topName(layer, top), { shape, data });
    });
  },
});
