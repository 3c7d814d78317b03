/**
 * Upsample and layers like it, worked out by hand.
 */
import assert from "node:assert/strict";
import { netLayer, runLayer, tensor, testLayer } from "./harness.ts";

testLayer("Upsample", [{
  does: "repeats each pixel, as in YOLO",
  param: { scale: 2 },
  bottoms: [tensor([1, 1, 1, 2], `1 2`)],
  tops: [tensor([1, 1, 2, 4], `1 1 2 2  1 1 2 2`)],
}, {
  does: "repeats each pixel, as onnx2caffe writes it",
  param: { height_scale: 2, width_scale: 3, mode: "NEAREST" },
  bottoms: [tensor([1, 1, 1, 2], `1 2`)],
  tops: [tensor([1, 1, 2, 6], `1 1 1 2 2 2  1 1 1 2 2 2`)],
}, {
  does: "writes values to the positions in the mask, as in SegNet, the last one of equal positions",
  bottoms: [tensor([1, 1, 1, 3], `5 6 7`), tensor([1, 1, 1, 3], `4 3 4`)],
  tops: [tensor([1, 1, 2, 6], `0 0 0 6 7 0  0 0 0 0 0 0`)],
}]);

Deno.test("Upsample refuses a mode other than NEAREST", () => {
  const param = { height_scale: 2, width_scale: 2, mode: "BILINEAR" };
  assert.throws(() => runLayer(netLayer("Upsample", param), [tensor([1, 1, 1, 2], `1 2`)]), {
    message: "its mode is BILINEAR, but only NEAREST is supported",
  });
});

/** Tiny-DSOD's loops: a plane of pixels, enlarged. */
function enlarged(
  plane: readonly (readonly number[])[],
  rows: number,
  columns: number,
): number[] {
  const height = plane.length, width = plane[0]!.length, result: number[] = [];
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const v = (y + 1) * height / rows - 1, h = (x + 1) * width / columns - 1;
      const top = Math.trunc(v), left = Math.trunc(h);
      const above = 1 - (v - top), before = 1 - (h - left);
      const below = top + 1 > height - 1 ? 0 : 1 - above;
      const after = left + 1 > width - 1 ? 0 : 1 - before;
      const at = (row: number, column: number) =>
        plane[Math.min(row, height - 1)]![Math.min(column, width - 1)]!;
      result.push(
        above * before * at(top, left) + above * after * at(top, left + 1) +
          below * before * at(top + 1, left) + below * after * at(top + 1, left + 1),
      );
    }
  }
  return result;
}

for (
  const [plane, rows, columns] of [
    [[[1, 5, -2], [4, 0, 3]], 4, 5],
    [[[2, 3, 7, 1]], 2, 8],
    [[[1, 2], [5, -3], [0, 4]], 3, 3],
  ] as const
) {
  const extents = [plane.length, plane[0]!.length] as const;
  testLayer("Upsample", [{
    does: `interpolates ${extents.join(" × ")} to ${rows} × ${columns} pixels, as in Tiny-DSOD`,
    bottoms: [
      tensor([1, 1, rows, columns], new Array(rows * columns).fill(0).join(" ")),
      tensor([1, 1, ...extents], plane.flat().join(" ")),
    ],
    tops: [tensor([1, 1, rows, columns], enlarged(plane, rows, columns).join(" "))],
  }]);
}

testLayer("NNUpsample", [{
  does: "repeats each pixel",
  bottoms: [tensor([1, 1, 1, 2], `1 2`)],
  tops: [tensor([1, 1, 2, 4], `1 1 2 2  1 1 2 2`)],
}]);

for (
  const [type, setting] of [["Upsampling", "scalefactor"], ["UpsampleDarknet", "stride"]] as const
) {
  testLayer(type, [{
    does: "repeats each pixel",
    param: { [setting]: 3 },
    bottoms: [tensor([1, 2, 1, 2], `1 2  3 4`)],
    tops: [
      tensor(
        [1, 2, 3, 6],
        `1 1 1 2 2 2  1 1 1 2 2 2  1 1 1 2 2 2  3 3 3 4 4 4  3 3 3 4 4 4  3 3 3 4 4 4`,
      ),
    ],
  }]);

  Deno.test(`${type} needs ${setting}`, () => {
    assert.throws(() => runLayer(netLayer(type, {}), [tensor([1, 1, 1, 2], `1 2`)]), {
      message: `it has no ${setting} above 0, and its default is unknown`,
    });
  });
}
