/**
 * HDF5Output: writes its bottoms, data and labels, to a file. The layer is left out, and the data it
 * would have written stays an output.
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

/** The same in forks: DeepLab's, which writes Matlab's files, and FlowNet's. */
export const forkOutputs: readonly Layer[] = ["MatWrite", "FLOWriter", "FloatWriter", "ImgWriter"]
  .map((type) => defineLayer({ type, bottoms: [1, Infinity], tops: [0, 0], measures: true }));
