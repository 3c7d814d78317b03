/**
 * Tile: repeats its bottom along one axis; TensorFlow's `tile` takes a number for each axis.
 *
 * @module
 */
import { int32, message } from "../../../proto/message.ts";
import { apply, defineLayer } from "../layer.ts";

export const tile = defineLayer({
  type: "Tile",
  ops: ["tile"],
  param: {
    name: "tile_param",
    number: 138,
    message: message("TileParameter", { axis: int32(1, 1), tiles: int32(2, 0) }),
  },

  lower({ graph, name, param: { axis, tiles }, bottoms }) {
    if (tiles < 1) {
      throw new TypeError(`its tiles are ${tiles} or missing, but must be at least 1`);
    }
    return [apply(graph, "tile", name, bottoms, { axis, tiles })];
  },
});
