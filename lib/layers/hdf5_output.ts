/**
 * HDF5Output: writes its bottoms, data and labels, to a file. The layer is left out, and its data
 * stays an output.
 *
 * @module
 */
import { message, string } from "../../proto/message.ts";
import { defineLayer, type Layer } from "./layer.ts";

export const hdf5Output = defineLayer({
  type: "HDF5Output",
  param: {
    name: "hdf5_output_param",
    number: 113,
    message: message("HDF5OutputParameter", { file_name: string(1) }),
  },
  bottoms: [2, 2],
  tops: [0, 0],
  uses: 1,
  measures: true,
});

/** Similar layers of forks: DeepLab's, which writes files of Matlab, and FlowNet's. */
export const forkOutputs: readonly Layer[] = ["MatWrite", "FLOWriter", "FloatWriter", "ImgWriter"]
  .map((type) => defineLayer({ type, bottoms: [1, Infinity], tops: [0, 0], measures: true }));
