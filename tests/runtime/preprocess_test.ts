import assert from "node:assert/strict";
import { type Image, preprocess, type Preprocessing } from "../../runtime/preprocess.ts";
import { plain } from "../preprocessing.ts";

/** A picture whose pixel (y, x) has red 10 y + x, green 100 more and blue 200. */
function picture(height: number, width: number): Image {
  const data = new Uint8ClampedArray(height * width * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      data.set([10 * y + x, 100 + 10 * y + x, 200, 255 - y], (y * width + x) * 4);
    }
  }
  return { width, height, data };
}

Deno.test("channels are planes, in the order BGR or RGB", () => {
  const blueFirst = preprocess(picture(1, 2), plain, [3, 1, 2]);
  assert.deepEqual([...blueFirst], [200, 200, 100, 101, 0, 1]);
  const redFirst = preprocess(picture(1, 2), { ...plain, channelOrder: "rgb" }, [3, 1, 2]);
  assert.deepEqual([...redFirst], [0, 1, 100, 101, 200, 200]);
});

Deno.test("grey has the weights of OpenCV's BGR2GRAY, for any channel order", () => {
  // deno-fmt-ignore
  const data = Uint8Array.of(
    77, 30, 200, 0,  1, 255, 9, 9,  255, 0, 0, 255,  255, 255, 255, 255,
  );
  for (const channelOrder of ["bgr", "rgb"] as const) {
    const grey = preprocess({ width: 4, height: 1, data }, { ...plain, channelOrder }, [1, 1, 4]);
    assert.deepEqual([...grey], [63, 151, 76, 255]);
  }
});

Deno.test("the center is cropped, an odd margin being larger at the right and the bottom", () => {
  const red = preprocess(picture(4, 5), { ...plain, crop: [1, 2] }, [3, 1, 2]).slice(4);
  assert.deepEqual([...red], [11, 12]);
});

Deno.test("the mean is subtracted before scaling", () => {
  const each = { ...plain, mean: [200, 100, -1], scale: 0.5 };
  assert.deepEqual([...preprocess(picture(1, 1), each, [3, 1, 1])], [0, 0, 0.5]);
  const one = { ...plain, mean: [100], scale: 2 };
  assert.deepEqual([...preprocess(picture(1, 1), one, [3, 1, 1])], [200, 0, -200]);
  const inexact = { ...plain, mean: [0.1], scale: 0.017 };
  const value = Math.fround(200 - Math.fround(0.1)) * Math.fround(0.017);
  assert.equal(preprocess(picture(1, 1), inexact, [3, 1, 1])[0], Math.fround(value));
});

Deno.test("a mean image is cropped like the picture", () => {
  const data = Float32Array.from({ length: 3 * 4 * 5 }, (_, i) => i);
  for (const shape of [[3, 4, 5], [1, 3, 4, 5]]) {
    const preprocessing = {
      ...plain,
      crop: [1, 2],
      meanImage: { shape, data },
      scale: 10,
    } as const;
    assert.deepEqual(
      [...preprocess(picture(4, 5), preprocessing, [3, 1, 2])],
      [200 - 6, 200 - 7, 111 - 26, 112 - 27, 11 - 46, 12 - 47].map((x) => x * 10),
    );
  }
});

Deno.test("a picture's bytes may be in any array, and missing preprocessing is null", () => {
  const { channelOrder, scale } = plain, partly = { channelOrder, mean: [1], scale };
  const { data, ...size } = picture(1, 2);
  assert.deepEqual(
    preprocess({ ...size, data: [...data] }, partly as unknown as Preprocessing, [3, 1, 2]),
    preprocess(picture(1, 2), { ...plain, mean: [1] }, [3, 1, 2]),
  );
});

Deno.test("a picture without resize and crop is resized to the input's size", () => {
  const red = preprocess(picture(2, 4), plain, [3, 1, 2]).slice(4);
  assert.deepEqual([...red], [6, 8]);
});

Deno.test("the shorter side is resized, and the longer one in proportion", () => {
  for (const [height, width, exact] of [[10, 25, [5, 13]], [25, 10, [13, 5]]] as const) {
    const resized = (resize: Preprocessing["resize"]) =>
      preprocess(picture(height, width), { ...plain, resize }, [3, ...exact]);
    assert.deepEqual(resized({ short: 5 }), resized({ exact }));
  }
});

const refusals: [string, Image, Partial<Preprocessing>, number[], RegExp][] = [
  [
    "too small to crop",
    picture(4, 5),
    { crop: [5, 5] },
    [3, 5, 5],
    /^Cannot prepare the image: its size \[4, 5\] is too small to cut \[5, 5\] from it$/,
  ],
  ["another size", picture(4, 5), { crop: [2, 2] }, [3, 3, 3], /becomes \[2, 2\].*\[3, 3, 3\]/],
  [
    "a wrong exact size",
    picture(4, 5),
    { resize: { exact: [6, 6] } },
    [3, 5, 5],
    /becomes \[6, 6\]/,
  ],
  ["four channels", picture(1, 1), {}, [4, 1, 1], /only 1 or 3 work/],
  ["two means", picture(1, 1), { mean: [1, 2] }, [3, 1, 1], /2 means for 3 channels/],
  [
    "a small mean image",
    picture(2, 2),
    { meanImage: { shape: [3, 1, 2], data: new Float32Array(6) } },
    [3, 2, 2],
    /mean image \[3, 1, 2\] does not cover \[3, 2, 2\]/,
  ],
  [
    "both means",
    picture(1, 1),
    { mean: [1], meanImage: { shape: [3, 1, 1], data: new Float32Array(3) } },
    [3, 1, 1],
    /both a mean/,
  ],
  ["a batch", picture(1, 1), {}, [1, 3, 1, 1], /the shape \[1, 3, 1, 1\] is not \[C, H, W\]/],
  [
    "pixels that are fractions",
    { ...picture(1, 1), data: new Float32Array(4) as never },
    {},
    [3, 1, 1],
    /its pixels are \[object Float32Array\], not bytes/,
  ],
  [
    "an element",
    { width: 1, height: 1 } as never,
    {},
    [3, 1, 1],
    /pixels are undefined, not bytes/,
  ],
  ["no pixels", { ...picture(1, 1), width: 0 }, {}, [3, 1, 1], /\[1, 0\] does not go with 4 bytes/],
  ["RGB bytes", { ...picture(1, 1), data: new Uint8Array(3) }, {}, [3, 1, 1], /3 bytes of RGBA/],
];
for (const [what, image, changes, shape, message] of refusals) {
  Deno.test(`an image is refused: ${what}`, () => {
    assert.throws(() => preprocess(image, { ...plain, ...changes }, shape), {
      name: "TypeError",
      message,
    });
  });
}
