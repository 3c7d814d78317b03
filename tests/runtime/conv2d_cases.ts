/**
 * Convolutions that each kernel computes in its own way.
 */
import type { Case } from "./op_case.ts";

const image = [2, 4, 5, 7];

/** The stride, the padding and the dilation of a window, all different along the axes. */
export const moved = { stride: [2, 3], pad: [1, 2], dilation: [2, 1] } as const;

export const conv2dCases: readonly Case<"conv2d">[] = [
  [{ output: 6, kernel: [3, 2], group: 2, ...moved }, image, [6, 2, 3, 2], [6]],
  [{ output: 11, kernel: [1, 3], bias: false }, image, [11, 4, 1, 3]],
  [{ output: 18, kernel: [2, 3], group: 2, ...moved }, image, [18, 2, 2, 3], [18]],
  [{ output: 3, kernel: [5, 7] }, image, [3, 4, 5, 7], [1, 1, 1, 3]],
  // One row, but no dense layer: a window over padding alone, and a wide one.
  [
    { output: 10, kernel: [1, 1], stride: [3, 3], pad: [1, 1], dilation: [3, 3] },
    [1, 1, 1, 1],
    [10, 1, 1, 1],
    [10],
  ],
  [{ output: 5, kernel: [1, 3], pad: [0, 1] }, [1, 6, 1, 4], [5, 6, 1, 3], [5]],
  // So many channels that split-K shares them among threads, some of which have none.
  [{ output: 36, kernel: [3, 1], pad: [1, 0] }, [1, 70, 5, 3], [36, 70, 3, 1], [36]],
  // So many that slices of the sum are added up later: within taps, across them, and in groups.
  [{ output: 9, kernel: [3, 3], pad: [1, 1] }, [1, 80, 3, 2], [9, 80, 3, 3], [9]],
  [{ output: 5, kernel: [2, 3], bias: false }, [1, 150, 3, 4], [5, 150, 2, 3]],
  [
    { output: 24, kernel: [2, 2], pad: [0, 1], dilation: [1, 2], group: 2 },
    [1, 160, 3, 5],
    [24, 80, 2, 2],
    [24],
  ],
  // Winograd with more tiles and channels than a workgroup transforms, and incomplete tiles.
  [{ output: 37, kernel: [3, 3], pad: [1, 2] }, [2, 18, 7, 9], [37, 18, 3, 3], [37]],
  [{ output: 16, kernel: [3, 3], bias: false }, [1, 16, 5, 4], [16, 16, 3, 3]],
  // Groups that are no whole quads, of so few pixels that they are one row of a dense layer.
  [{ output: 15, kernel: [1, 1], group: 5 }, [1, 10, 2, 2], [15, 2, 1, 1], [15]],
  // Tiles in fours: a row of them, groups of whole quads, a large window, depthwise.
  [{ output: 20, kernel: [3, 3], pad: [1, 1] }, [2, 6, 5, 31], [20, 6, 3, 3], [20]],
  [{ output: 24, kernel: [1, 1], group: 2 }, [2, 8, 5, 9], [24, 4, 1, 1], [24]],
  [{ output: 8, kernel: [1, 2], group: 2, ...moved }, [1, 8, 9, 16], [8, 4, 1, 2], [8]],
  [
    { output: 17, kernel: [11, 11], stride: [4, 4], pad: [0, 2] },
    [1, 3, 19, 67],
    [17, 3, 11, 11],
    [17],
  ],
  [{ output: 6, kernel: [3, 3], group: 6, pad: [1, 0] }, [2, 6, 5, 19], [6, 1, 3, 3], [6]],
  [{ output: 8, kernel: [2, 3], group: 8, ...moved, bias: false }, [1, 8, 9, 16], [8, 1, 2, 3]],
  // Depthwise: an odd number of rows, windows that need narrower tiles, or are too large to unroll.
  [
    { output: 5, kernel: [3, 3], group: 5, stride: [2, 3], pad: [1, 2] },
    [2, 5, 5, 46],
    [5, 1, 3, 3],
    [5],
  ],
  [{ output: 4, kernel: [5, 5], group: 4, pad: [2, 2] }, [1, 4, 6, 30], [4, 1, 5, 5], [4]],
  [{ output: 12, kernel: [18, 18], group: 12 }, [1, 12, 19, 20], [12, 1, 18, 18], [12]],
  [
    { output: 4, kernel: [2, 2], group: 4, stride: [9, 900], dilation: [1, 2000] },
    [1, 4, 11, 2902],
    [4, 1, 2, 2],
    [4],
  ],
];
