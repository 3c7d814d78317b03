import assert from "node:assert/strict";
import { readInjections } from "../../cli/injections.ts";
import {
  readInteger,
  readNumber,
  readNumbers,
  readShapes,
  readSize,
} from "../../cli/option_values.ts";
import { preprocessingFrom } from "../../cli/preprocessing_options.ts";

/** The message for a value. */
function messageOf(read: (text: string) => unknown, text: string): string | undefined {
  try {
    read(text);
    return undefined;
  } catch (error) {
    assert.equal((error as Error).name, "UsageError");
    return (error as Error).message;
  }
}

const never = ["NaN", "Infinity", "-Infinity", "0x10", "1;2", "", " ", "1e", "one", "1_000", "."];

Deno.test("a number is decimal, and finite in float32", () => {
  const read = (text: string) => readNumber(text, "--least");
  for (const text of never) {
    assert.equal(messageOf(read, text), `--least needs a number, not "${text}"`);
  }
  for (const text of ["1e39", "-3.5e38", "1e999"]) {
    assert.equal(
      messageOf(read, text),
      `--least needs a number within float32, up to 3.4e38, not "${text}"`,
    );
  }
  const texts = ["-0", "1e-50", " 1 ", ".5", "+2.", "-3.4E+38"];
  assert.deepEqual(texts.map(read), [-0, 1e-50, 1, 0.5, 2, -3.4e38]);
});

Deno.test("numbers are separated by commas", () => {
  const read = (text: string) => readNumbers(text, "--mean-values");
  for (const text of [...never, "1,2,", "1,,2", "1, 0x10"]) {
    assert.equal(
      messageOf(read, text),
      `--mean-values needs numbers separated by commas, not "${text}"`,
    );
  }
  assert.match(messageOf(read, "1,1e39")!, /needs a number within float32, .*, not "1e39"$/);
  assert.deepEqual(read("1, 2,-3.5"), [1, 2, -3.5]);
});

Deno.test("an integer has digits alone", () => {
  const read = (text: string) => readInteger(text, "--top", 1);
  for (const text of [...never, "1e3", "1.0", " 1 ", "1,2,", "-0", "0"]) {
    assert.equal(messageOf(read, text), `--top needs a positive integer, not "${text}"`);
  }
  assert.equal(read("+12"), 12);
});

Deno.test("sizes and shapes are shown by an example", () => {
  const size = (text: string) => readSize(text, "--crop");
  const sizes = [...never.filter((text) => text !== "0x10"), "1,2", "8x", "x8", "8x9x1", " 8x9"];
  for (const text of sizes) {
    assert.equal(messageOf(size, text), `--crop needs a size like 224 or 256x224, not "${text}"`);
  }
  assert.deepEqual(size("8×9"), [9, 8]);
  const shape = (text: string) => readShapes([text], "--input-shape");
  for (const text of ["data=1,2,", "data= ", "data=,1"]) {
    assert.equal(
      messageOf(shape, text),
      `--input-shape needs a shape like data=1,3,224,224, not "${text}"`,
    );
  }
  for (const extent of ["NaN", "0x10", "1e3", "0", "-0", "1;2"]) {
    assert.equal(
      messageOf(shape, `data=1,${extent}`),
      `--input-shape needs a positive integer, not "${extent}"`,
    );
  }
  assert.deepEqual([...shape("data=1, 3 ,4")], [["data", [1, 3, 4]]]);
});

const noPreprocessing = {
  mean: undefined,
  "mean-values": undefined,
  "channel-order": undefined,
  resize: undefined,
  "resize-short": undefined,
  crop: undefined,
};

Deno.test("a factor is not 0 in float32, in which pictures are multiplied", async () => {
  for (const scale of ["0", "-0", "1e-50"]) {
    await assert.rejects(preprocessingFrom({ ...noPreprocessing, "input-scale": scale }), {
      name: "UsageError",
      message: `--input-scale needs a number other than 0 in float32, not "${scale}"`,
    });
  }
  await assert.rejects(preprocessingFrom({ ...noPreprocessing, "input-scale": "1e39" }), {
    message: '--input-scale needs a number within float32, up to 3.4e38, not "1e39"',
  });
});

Deno.test("what is injected is a decimal number, or else a file", async () => {
  assert.deepEqual(await readInjections(["conv:1=-2.5e-3"]), [
    { layer: "conv", index: 1, value: -2.5e-3 },
  ]);
  for (const text of ["Infinity", "NaN", "0x10", " "]) {
    await assert.rejects(readInjections([`conv=${text}`]), {
      message: `Cannot read ${text}: there is no such file`,
    });
  }
  await assert.rejects(readInjections(["conv=1e39"]), {
    message: '--inject needs a number within float32, up to 3.4e38, not "1e39"',
  });
});
