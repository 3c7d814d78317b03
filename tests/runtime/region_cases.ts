/**
 * Cases of the ops that pool the values in boxes `[N, 5]`.
 *
 * @module
 */
import type { OpName } from "../../runtime/ops/mod.ts";
import { tensor } from "../tensor.ts";
import type { Case } from "./op_case.ts";

const boxes = tensor([3, 5], 0, 1, 0, 6, 3, 1, 2, 2, 2, 4, 1, -1.5, 0.5, 9, 2.5);

const image = [2, 4, 5, 7];

type RegionOpName = Extract<OpName, "psroiPool" | `roi${string}`>;

/** The cases by op. */
export const regionCases: { readonly [Name in RegionOpName]: readonly Case<Name>[] } = {
  psroiPool: [[{ output: 2, group: 2, scale: 0.5 }, [2, 8, 5, 7], boxes]],
  roiAlign: [
    [{ bins: [2, 3], scale: 0.75 }, image, boxes],
    [{ bins: [3, 2], scale: 0.5, pad: 0.25, method: "linear" }, image, boxes],
  ],
  roiAverage: [
    [{ bins: [2, 3], scale: 0.75 }, image, boxes],
    [{ bins: [3, 2], scale: 0.5, samples: 2 }, image, boxes],
    [{ bins: [2, 2], samples: 2, output: 2 }, [2, 8, 5, 7], boxes],
    [{ bins: [3, 2], scale: 0.5, samples: 3, method: "inner" }, image, boxes],
    [{ bins: [3, 5], scale: 0.75, method: "max" }, image, boxes],
    ...(["inner", "max"] as const).map((method) =>
      [
        { bins: [2, 2], method },
        image,
        tensor([3, 5], 0, -1e5, -1e5, 1e5, 1e5, 1, -3, -40, 12, 30, 1, 4, 3, 1, 2),
      ] as const
    ),
    // Huge and infinite boxes, of whose samples few are in the image.
    [
      { bins: [2, 2] },
      image,
      tensor([3, 5], 0, -1e7, -1e7, 1e9, 1e9, 1, -3, -40, 12, 30, 1, 4, 3, Infinity, 9),
    ],
  ],
  roiPool: [[{ bins: [2, 3], scale: 0.75 }, image, boxes]],
};
