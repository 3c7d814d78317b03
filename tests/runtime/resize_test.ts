import assert from "node:assert/strict";
import { resizeBilinear } from "../../runtime/resize.ts";

// deno-fmt-ignore
const picture = Uint8Array.of(
    0, 255,  17, 90,
  200,   3, 128, 64,
   31,  77, 250,  9,
);

/** The results of `cv2.resize(picture, (width, height))` in OpenCV 4.10 and 5.0. */
const answers: [string, number[][]][] = [
  ["larger", [
    [0, 91, 237, 136, 22, 64, 90],
    [80, 106, 149, 108, 63, 73, 80],
    [200, 130, 17, 66, 123, 87, 64],
    [98, 80, 51, 124, 189, 92, 31],
    [31, 47, 74, 163, 233, 95, 9],
  ]],
  ["smaller", [[74, 118, 77], [71, 139, 55]]],
  ["half as wide", [[128, 54], [102, 96], [54, 130]]],
  ["twice as high", [
    [0, 255, 17, 90],
    [50, 192, 45, 84],
    [150, 66, 100, 71],
    [158, 22, 159, 50],
    [73, 59, 220, 23],
    [31, 77, 250, 9],
  ]],
  ["one pixel", [[66]]],
  ["wider and lower", [
    [0, 42, 156, 242, 136, 30, 45, 78, 90],
    [200, 167, 80, 10, 66, 121, 103, 75, 64],
    [31, 39, 59, 87, 164, 240, 156, 49, 9],
  ]],
];

for (const [what, rows] of answers) {
  Deno.test(`resizeBilinear() equals OpenCV's results: ${what}`, () => {
    const result = resizeBilinear(picture, 1, [3, 4], [rows.length, rows[0]!.length]);
    assert.deepEqual([...result], rows.flat());
  });
}

Deno.test("halving both sides averages four pixels", () => {
  const square = Uint8Array.of(...picture, 1, 2, 4, 5);
  assert.deepEqual([...resizeBilinear(square, 1, [4, 4], [2, 2])], [115, 75, 28, 67]);
});

Deno.test("channels are resized separately", () => {
  // deno-fmt-ignore
  const colours = Uint8Array.of(
    255, 0, 10,    7,  99, 200,  50,  60,  70,
      1, 2,  3,  250, 128,   0,  33, 222, 111,
  );
  // deno-fmt-ignore
  assert.deepEqual([...resizeBilinear(colours, 3, [2, 3], [3, 2])], [
    193, 25, 57,  39,  70, 102,
    128, 29, 30,  63, 134,  93,
     63, 33,  2,  87, 198,  83,
  ]);
});

Deno.test("a picture of the right size is returned as is", () => {
  assert.equal(resizeBilinear(picture, 1, [3, 4], [3, 4]), picture);
});

/** Rows of pixels, the width they are resized to, and some pixels of OpenCV's results. */
const rows: [
  what: string,
  row: Uint8Array,
  width: number,
  answers: [at: number, pixel: number][],
][] = [
  [
    "weights are rounded to the nearest, ties to even",
    Uint8Array.of(3, 6, 9),
    2048,
    [[1137, 6], [1364, 7], [1592, 8]],
  ],
  [
    "the ratio is a rounded reciprocal, which affects pixels far to the right",
    Uint8Array.from({ length: 5845 }, (_, i) => i * 97),
    2048,
    [[1443, 143], [1457, 190], [1537, 118]],
  ],
];

for (const [what, row, width, answers] of rows) {
  Deno.test(`resizeBilinear() equals OpenCV's results: ${what}`, () => {
    const result = resizeBilinear(row, 1, [1, row.length], [1, width]);
    assert.deepEqual(answers.map(([at]) => [at, result[at]]), answers);
  });
}

Deno.test("the ratio may be that of a size before it was rounded", () => {
  const row = Uint8Array.of(3, 200, 17, 90, 255, 0, 66);
  // cv2.resize(row, None, None, fx=1.5, fy=1) in OpenCV 4.14 and 5.0.
  const expected = [3, 102, 170, 47, 54, 117, 228, 128, 11, 55];
  assert.deepEqual([...resizeBilinear(row, 1, [1, 7], [1, 10], [1, 1.5])], expected);
});
