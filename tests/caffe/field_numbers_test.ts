/** The numbers by which binary files name fields and types. */
import assert from "node:assert/strict";
import { paramNumbers } from "../../lib/caffe/param_numbers.ts";
import * as schema from "../../lib/caffe/schema.ts";
import { V1LayerParameter, v1ParamNumbers } from "../../lib/caffe/upgrade_v1.ts";
import { V0LayerConnection } from "../../lib/caffe/v0_schema.ts";
import { type Field, isMessageType } from "../../proto/mod.ts";

type Fields = Readonly<Record<string, Field<unknown>>>;

const upTo = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i);
const sorted = (numbers: Iterable<number>) => [...numbers].sort((a, b) => a - b);

/** Refuses two fields of a message, or of one within it, with the same number. */
function checkDistinct(name: string, fields: Fields): void {
  // Fields with the number 0 are in no binary file.
  const numbers = Object.values(fields).map(({ number }) => number).filter(Boolean);
  assert.equal(new Set(numbers).size, numbers.length, name);
  for (const { type } of Object.values(fields)) {
    if (isMessageType(type)) checkDistinct(type.name, type.fields);
  }
}

Deno.test("the fields of a message have different numbers", () => {
  const messages = Object.values(schema).filter((value) =>
    typeof value === "object" && "fields" in value
  );
  assert.ok(messages.length > 5);
  for (const { name, fields } of [...messages, V0LayerConnection]) checkDistinct(name, fields);
});

Deno.test("Caffe numbers the layer types of V1 from 0 to 39, and the settings of types from 100 to 148", () => {
  const { type } = V1LayerParameter.fields.type!;
  assert.deepEqual(
    sorted(Object.values((type as { values: Record<string, number> }).values)),
    upTo(0, 39),
  );
  assert.deepEqual(sorted(paramNumbers.values()), upTo(100, 148));
});

Deno.test("each field of a layer of V1 has a number of its own, and Caffe left out few", () => {
  const own = Object.values(V1LayerParameter.fields as Fields).map(({ number }) => number);
  // 1 is the layer of V0, and 28 is no field.
  const numbers = [...upTo(2, 27), ...upTo(29, 42), 1001, 1002];
  assert.deepEqual(sorted([...own, ...v1ParamNumbers.values()]), numbers);
});
