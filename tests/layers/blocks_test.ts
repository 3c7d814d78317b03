/**
 * Layers that rearrange blocks of pixels and channels, for other extents and channels than they were
 * converted for.
 */
import { testOtherExtents } from "./other_extents.ts";

const image = [1, 4, 2, 2], other = [2, 16, 4, 6];

testOtherExtents([
  { type: "PixelShuffle", param: "pixelshuffle_param { upscale_factor: 2 }" },
  { type: "SubpixelUp", param: "subpixel_up_param { upsample: 2 }" },
  { type: "SubpixelDown", param: "subpixel_down_param { downsample: 2 }" },
  { type: "Dtow", param: "dtow_param { psize: 2 }" },
  { type: "Dtow", param: "dtow_param { psize: 2 method: MWTOD }" },
  { type: "Tiling", param: "tiling_param { tile_dim: 2 }" },
  { type: "GSTiling", param: "gs_tiling_param { stride: 2 }" },
  { type: "GSTiling", param: "gs_tiling_param { stride: 2 reverse: true }" },
  { type: "SpaceToDepth", param: "space_to_depth_param { block_size: 2 }" },
  { type: "DepthToSpace", param: 'depth_to_space_param { block_size: 2 data_format: "DCR" }' },
  { type: "PassThrough", param: "pass_through_param { block_height: 2 block_width: 2 }" },
].map((layer) => ({ ...layer, given: [image], taken: [[other]] })));

testOtherExtents([
  {
    type: "PixelShuffle",
    param: "pixelshuffle_param { upscale_factor: 2 }",
    given: [image],
    refused: [[[1, 2, 2, 2]], [[2, 6, 2, 2]]],
  },
  {
    type: "PassThrough",
    param: "pass_through_param { block_height: 2 block_width: 2 num_output: 16 }",
    given: [image],
    taken: [[[2, 4, 6, 8]]],
    refused: [[[1, 8, 2, 2]]],
  },
  {
    type: "Rearrange",
    param: "rearrange_param { depth: 1 }",
    given: [image],
    taken: [[[2, 4, 3, 5]]],
    refused: [[[1, 16, 2, 2]]],
  },
  {
    type: "Rearrange",
    given: [image, image, image],
    taken: [[[2, 3, 5, 6], [2, 3, 5, 6], [2, 3, 5, 6]]],
    refused: [[[1, 2, 2, 2], [1, 6, 2, 2], [1, 4, 2, 2]]],
  },
]);
