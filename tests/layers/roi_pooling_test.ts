import { tensor, testLayer } from "./harness.ts";

/** 6 rows of 8 pixels, numbered. */
const image = tensor([1, 1, 6, 8], Array.from({ length: 48 }, (_, i) => i).join(" "));

testLayer("ROIPooling", [
  {
    does: "gives the maximum of each bin",
    param: { pooled_h: 1, pooled_w: 2, spatial_scale: 0.5 },
    bottoms: [image, tensor([1, 5], `0 4 2 9 5`)],
    // Columns 2 to 5 (4.5 is rounded away from 0), rows 1 to 3.
    tops: [tensor([1, 1, 1, 2], `27 29`)],
  },
  {
    does: "enlarges each region by pad_ratio on each side",
    param: { pooled_h: 1, pooled_w: 2, spatial_scale: 0.5, pad_ratio: 0.5 },
    // Half of 6 columns and of 4 rows: 1 to 12 and 0 to 7, as pixels 1 to 6 and 0 to 4.
    bottoms: [image, tensor([1, 5], `0 4 2 9 5`)],
    tops: [tensor([1, 1, 1, 2], `35 38`)],
  },
]);
