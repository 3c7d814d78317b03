/**
 * HDF5Output: writes its bottoms, data and labels, to a file. The layer is left out, and its data
 * stays an output.
 *
 * @module
 */
import { message, string } from "../../../proto/message.ts";
import { defineLayer, type Layer } from "../layer.ts";

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
export const forkOutputs: readonly Layer[] = [
  writer("MatWrite", "mat_write_param"),
  ...["FLOWriter", "FloatWriter", "ImgWriter", "PFMWriter"].map((type) =>
    writer(type, "writer_param")
  ),
];

/** A layer that writes its bottoms to files. Its parameter is known, so that nobody is warned of it. */
function writer(type: string, param: string): Layer {
  return defineLayer({
    type,
    param: { name: param, message: message("WriterParameter", {}) },
    bottoms: [1, Infinity],
    tops: [0, 0],
    measures: true,
  });
}
