import assert from "node:assert/strict";
import { readDatum } from "../../lib/datasets/datum.ts";

/** The fields of a Datum with small integers, its `data`, and others as they are encoded. */
function datum(fields: Readonly<Record<number, number>>, data: number[], ...others: number[]) {
  const integers = Object.entries(fields).flatMap(([number, value]) => [+number << 3, value]);
  return Uint8Array.from([...integers, 4 << 3 | 2, data.length, ...data, ...others]);
}

const [channels, height, width, label, encoded] = [1, 2, 3, 5, 7];

Deno.test("a Datum is a picture with its label, from planes of blue, green and red", () => {
  const bytes = datum({ [channels]: 3, [height]: 1, [width]: 2, [label]: 7 }, [1, 2, 3, 4, 5, 6]);
  assert.deepEqual(readDatum(bytes, "x"), {
    label: 7,
    image: { width: 2, height: 1, data: Uint8Array.of(5, 3, 1, 255, 6, 4, 2, 255) },
    isGrey: false,
  });
  const grey = datum({ [channels]: 1, [height]: 2, [width]: 1 }, [8, 9]);
  assert.deepEqual(readDatum(grey, "x"), {
    label: 0,
    image: { width: 1, height: 2, data: Uint8Array.of(8, 8, 8, 255, 9, 9, 9, 255) },
    isGrey: true,
  });
  const file = datum({ [label]: 3, [encoded]: 1 }, [0xff, 0xd8]);
  const image = Uint8Array.of(0xff, 0xd8);
  assert.deepEqual(readDatum(file, "x"), { label: 3, image, isGrey: false });
});

/** Numbers of a Datum in float32. */
const inFloats = (...numbers: number[]) =>
  numbers.flatMap((x) => [6 << 3 | 5, ...new Uint8Array(Float32Array.of(x).buffer)]);

Deno.test("a Datum may hold its pixels in float32, if they are whole", () => {
  const fields = { [channels]: 1, [height]: 1, [width]: 3 };
  const integers = Object.entries(fields).flatMap(([number, value]) => [+number << 3, value]);
  const bytes = (...pixels: number[]) => Uint8Array.from([...integers, ...inFloats(...pixels)]);
  assert.deepEqual(readDatum(bytes(0, 9, 255), "x").image, {
    width: 3,
    height: 1,
    data: Uint8Array.of(0, 0, 0, 255, 9, 9, 9, 255, 255, 255, 255, 255),
  });
  for (const pixel of [0.5, -1, 256, NaN]) {
    assert.throws(() => readDatum(bytes(0, pixel, 1), "entry 1"), {
      name: "TypeError",
      message: /^Cannot read entry 1: it holds numbers in float32 that are no bytes of a picture/,
    });
  }
  assert.throws(() => readDatum(bytes(1, 2), "x"), {
    message: /\[1, 1, 3\], but holds 2 numbers$/,
  });
});

Deno.test("a Datum that holds no picture is refused", () => {
  const size = { [height]: 1, [width]: 1 };
  const float = inFloats(0.5);
  const error = (bytes: Uint8Array, message: RegExp) =>
    assert.throws(() => readDatum(bytes, "entry 1"), { message });
  error(datum({ [channels]: 1, ...size }, [], ...float), /^Cannot read entry 1: it holds numbers/);
  error(datum({ [channels]: 2, ...size }, [1, 2]), /: it is \[2, 1, 1\], but pictures have one/);
  error(datum({ [channels]: 3, ...size }, [1, 2]), /: it is \[3, 1, 1\], but holds 2 numbers$/);
  error(datum({ [channels]: 1 }, []), /: it holds no picture$/);
  error(Uint8Array.of(0x0c), /^Cannot read entry 1/);
});
