/**
 * The layers that read images and labels from files while Caffe trains. A converted network takes
 * from its caller what they would read: images `[N, C, crop, crop]` and labels `[N]`.
 *
 * Their files are not read, so shapes are known only as far as the settings determine them.
 *
 * @module
 */
import {
  bool,
  float,
  message,
  openEnumeration,
  repeated,
  string,
  uint32,
} from "../../../proto/message.ts";
import type { Shape } from "../../../runtime/tensor.ts";
import type { NetLayer } from "../../caffe/net.ts";
import {
  checkCounts,
  type CountRange,
  defineLayer,
  type Layer,
  type LayerShape,
} from "../layer.ts";
import { expectPositive } from "../positive.ts";

/** Caffe has at most two tops; additional ones in forks are labels as well. */
const counts: { bottoms: CountRange; tops: CountRange } = { bottoms: [0, 0], tops: [1, Infinity] };

/** Settings that `transform_param` replaces. */
const preparation = {
  scale: float(2, 1),
  mean_file: string(3),
  crop_size: uint32(5, 0),
  mirror: bool(6, false),
};

/** Data: images from a database, so that their number of channels is unknown. */
export const data = databaseOf("Data");

/** AnnotatedData: the same in SSD, with boxes beside the images. */
export const annotatedData = databaseOf("AnnotatedData");

function databaseOf(type: string): Layer {
  return defineLayer({
    type,
    param: {
      name: "data_param",
      number: 107,
      message: message("DataParameter", {
        source: string(1),
        batch_size: uint32(4),
        rand_skip: uint32(7, 0),
        backend: openEnumeration(8, { LEVELDB: 0, LMDB: 1 }, "LEVELDB"),
        force_encoded_color: bool(9, false),
        prefetch: uint32(10, 4),
        ...preparation,
      }),
    },
    ...counts,
    inputs: (shape) => {
      const { channels = NaN, resize } = shape.layer.transform ?? {};
      // With FIT_SMALL_SIZE, extents depend on the image.
      const isKnown = resize !== undefined && resize.mode !== "FIT_SMALL_SIZE";
      return imagesAndLabels(shape, channels, isKnown ? resize.size : [0, 0]);
    },
  });
}

/** The settings of ImageData. */
export const imageDataParam = {
  name: "image_data_param",
  number: 115,
  message: message("ImageDataParameter", {
    source: string(1),
    batch_size: uint32(4, 1),
    rand_skip: uint32(7, 0),
    shuffle: bool(8, false),
    new_height: uint32(9, 0),
    new_width: uint32(10, 0),
    is_color: bool(11, true),
    root_folder: string(12, ""),
    ...preparation,
  }),
};

/** ImageData: images from a list of files. */
export const imageData = defineLayer({
  type: "ImageData",
  param: imageDataParam,
  ...counts,
  inputs: (layer) =>
    imagesAndLabels(layer, layer.param.is_color ? 3 : 1, [
      layer.param.new_height,
      layer.param.new_width,
    ]),
});

/** WindowData: windows of images from a list of files. */
export const windowData = defineLayer({
  type: "WindowData",
  param: {
    name: "window_data_param",
    number: 129,
    message: message("WindowDataParameter", {
      source: string(1),
      batch_size: uint32(4),
      fg_threshold: float(7, 0.5),
      bg_threshold: float(8, 0.5),
      fg_fraction: float(9, 0.25),
      context_pad: uint32(10, 0),
      crop_mode: string(11, "warp"),
      cache_images: bool(12, false),
      root_folder: string(13, ""),
      ...preparation,
    }),
  },
  ...counts,
  inputs: (layer) => imagesAndLabels(layer, 3, [0, 0]),
});

/**
 * HDF5Data: the arrays with the names of the tops in a file. Their shapes are unknown, unless they are
 * volumes that 3D-Caffe crops.
 *
 * @see https://github.com/yulequan/3D-Caffe/blob/3D-Caffe/src/caffe/layers/hdf5_data_layer.cpp
 */
export const hdf5Data = defineLayer({
  type: "HDF5Data",
  param: {
    name: "hdf5_data_param",
    number: 112,
    message: message("HDF5DataParameter", {
      source: string(1),
      batch_size: uint32(2),
      shuffle: bool(3, false),
    }),
  },
  bottoms: [0, 0],
  tops: [1, Infinity],
  inputs({ layer: { tops, transform }, param: { batch_size: batch } }) {
    const volume = transform?.cropVolume;
    return tops.map(() => batch && volume ? [batch, NaN, ...volume] : undefined);
  },
});

/**
 * MemoryData: images and labels from the calling program, without transformation. In the OpenCL
 * branch of Caffe they may have any shape, the same for each top.
 */
export const memoryData = defineLayer({
  type: "MemoryData",
  param: {
    name: "memory_data_param",
    number: 119,
    message: message("MemoryDataParameter", {
      batch_size: uint32(1, 0),
      channels: uint32(2, 0),
      height: uint32(3, 0),
      width: uint32(4, 0),
      dim: repeated(uint32(0)),
    }),
  },
  bottoms: [0, 0],
  tops: [1, Infinity],
  inputs({ layer, param: { batch_size, channels, height, width, dim } }) {
    if (dim.length > 0) return layer.tops.map(() => dim);
    checkCounts({ bottoms: [0, 0], tops: [2, 2] }, layer);
    expectPositive({ batch_size, channels, height, width });
    return [[batch_size, channels, height, width], [batch_size, 1, 1, 1]];
  },
});

/**
 * MolGridData of gnina: the atoms around a ligand, as densities on a cube of `resolution` between its
 * points. There is a channel for each type of atom, of which files list those of proteins (`recmap`)
 * and ligands (`ligmap`).
 *
 * @see https://github.com/gnina/gnina/blob/master/caffe/src/caffe/layers/molgrid_data_layer.cpp
 */
export const molGridData = defineLayer({
  type: "MolGridData",
  param: {
    name: "molgrid_data_param",
    message: message("MolGridDataParameter", {
      batch_size: uint32(0),
      dimension: float(0, 23.5),
      resolution: float(0, 0.5),
      recmap: string(0),
      ligmap: string(0),
      recmolcache: string(0),
      ligmolcache: string(0),
      balanced: bool(0),
      has_affinity: bool(0),
      jitter: float(0),
      random_rotation: bool(0),
      random_translate: float(0),
      stratify_receptor: bool(0),
      stratify_affinity_min: float(0),
      stratify_affinity_max: float(0),
      stratify_affinity_step: float(0),
    }),
  },
  ...counts,
  inputs({ layer, param: { batch_size: batch, dimension, resolution } }) {
    const points = Math.round(dimension / resolution) + 1;
    const grids = batch ? [batch, NaN, points, points, points] : undefined;
    return withLabels(layer, grids, batch);
  },
});

/**
 * The data layers of DeepLab, caffe-jacinto, HED, SegNet and FlowNet. Their tops become inputs; their
 * settings are not read.
 */
export const forkData: readonly Layer[] = [
  "ImageSegData",
  "ImageLabelData",
  "ImageLabelmapData",
  "DenseImageData",
  "CustomData",
  "VolumeData",
].map(dataOf);

/** A data layer of a given type, without settings. */
export function dataOf(type: string): Layer {
  return defineLayer({
    type,
    bottoms: [0, 0],
    tops: [1, Infinity],
    inputs: ({ layer }) => layer.tops.map(() => undefined),
  });
}

/** The shapes of images and labels; a crop or an extent of 0 means that it is not set. */
export function imagesAndLabels(
  { layer, param }: LayerShape<{ readonly batch_size: number | undefined }>,
  channels: number,
  extents: readonly [height: number, width: number],
): readonly (Shape | undefined)[] {
  const batch = param.batch_size;
  const [height, width] = layer.transform?.crop ?? extents;
  const images = batch && height && width ? [batch, channels, height, width] : undefined;
  return withLabels(layer, images, batch);
}

/** The shape of the data, then one of labels for each further top, if the batch is known. */
function withLabels(
  { tops }: NetLayer,
  data: Shape | undefined,
  batch: number | undefined,
): readonly (Shape | undefined)[] {
  const labels = batch ? [batch] : undefined;
  return tops.map((_, i) => i === 0 ? data : labels);
}
