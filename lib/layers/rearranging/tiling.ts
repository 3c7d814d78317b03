/**
 * GSTiling, Tiling and Dtow: rearrange channels into height and width, or the reverse. GSTiling orders
 * channels as TensorFlow's depth-to-space, where all channels of a block's first pixel come first; the
 * others as PixelShuffle, where all pixels of a channel are adjacent.
 *
 * @see https://github.com/Xilinx/Vitis-AI/blob/v1.3/AI-Model-Zoo/caffe-xilinx/src/caffe/layers/gs_tiling_layer.cpp
 * @see https://github.com/csjcai/RealSR/blob/master/Layer/Shuffle/dtow_layer.cpp
 * @module
 */
import { bool, enumeration, int32, message, uint32 } from "../../../proto/message.ts";
import { defineLayer } from "../layer.ts";
import { depthToSpace, spaceToDepth } from "./blocks.ts";

/** GSTiling: Xilinx's, from its detector DenseBox. */
export const gsTiling = defineLayer({
  type: "GSTiling",
  ops: ["permute", "reshape"],
  param: {
    name: "gs_tiling_param",
    number: 1300,
    message: message("GSTilingParameter", { stride: int32(1, 0), reverse: bool(2, false) }),
  },

  lower({ graph, name, param: { stride, reverse }, bottoms: [bottom] }) {
    return [
      reverse
        ? depthToSpace(graph, name, bottom!, stride, "DCR")
        : spaceToDepth(graph, name, bottom!, [stride, stride], "DCR"),
    ];
  },
});

/** Tiling: its predecessor. */
export const tiling = defineLayer({
  type: "Tiling",
  ops: ["permute", "reshape"],
  param: {
    name: "tiling_param",
    number: 147,
    message: message("TilingParameter", { tile_dim: int32(1, 0) }),
  },

  lower: ({ graph, name, param: { tile_dim }, bottoms: [bottom] }) => [
    depthToSpace(graph, name, bottom!, tile_dim, "CRD"),
  ],
});

/** Dtow, "depth to width", of networks for super-resolution. */
export const dtow = defineLayer({
  type: "Dtow",
  ops: ["permute", "reshape"],
  param: {
    name: "dtow_param",
    message: message("DtowParameter", {
      method: enumeration(0, { MDTOW: 1, MWTOD: 2 }, "MDTOW"),
      psize: uint32(0, 2),
    }),
  },

  lower({ graph, name, param: { method, psize }, bottoms: [bottom] }) {
    if (method === "MDTOW") return [depthToSpace(graph, name, bottom!, psize, "CRD")];
    return [spaceToDepth(graph, name, bottom!, [psize, psize], "CRD")];
  },
});
