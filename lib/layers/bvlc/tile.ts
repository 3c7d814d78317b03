/**
 * Tile: repeats its bottom along one axis; TensorFlow's `tile` takes a number for each axis.
 *
 * @module
 */
import { int32, message } from "../../../proto/message.ts";
import { apply, defineLayer } from "../layer.ts";
import { expectPositive } from "../positive.ts";

export const tile = defineLayer({
  type: "Tile",
  ops: ["tile"],
  param: {
    name: "tile_param",
    number: 138,
    message: message("TileParameter", { axis: int32(1, 1), tiles: int32(2, 0) }),
  },

  lower({ graph, name, param: { axis, tiles }, bottoms }) {
    expectPositive({ tiles });
    return [apply(graph, "tile", name, bottoms, { axis, tiles })];
  },
});
