/**
 * What a caller gives a network to run on, checked.
 *
 * @module
 */
import { said } from "./given.ts";
import type { Value } from "./graph.ts";
import { count, showShape, type Tensor } from "./tensor.ts";

/** What an input can be: a tensor, or just its numbers, from which the batch follows. */
export type Input = Tensor | ArrayLike<number>;

/**
 * One tensor a value, in the values' order.
 *
 * @throws {TypeError} if one is missing, unknown, or not a whole number of samples.
 */
export function readInputs(
  values: readonly Value[],
  given: Readonly<Record<string, Input>>,
): Tensor[] {
  const known = values.map(({ name }) => name), names = known.join(", ");
  if (typeof given !== "object" || given === null || Symbol.iterator in given) {
    throw new TypeError(
      `Cannot run network: it is given ${said(given)}, not an object of its inputs { ${names} }`,
    );
  }
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new TypeError(
      `Cannot run network: it has no input "${unknown}"; its inputs are ${names}`,
    );
  }
  return values.map((value) => {
    if (!Object.hasOwn(given, value.name)) {
      throw new TypeError(
        `Cannot run network: input "${value.name}" ${showShape(value.shape)} is missing`,
      );
    }
    return toTensor(given[value.name]!, value);
  });
}

function toTensor(input: Input, { name, shape }: Value): Tensor {
  const refuse = (state: string) => new TypeError(`Cannot run network: input "${name}" ${state}`);
  const isObject = typeof input === "object" && input !== null;
  const given = isObject && "shape" in input ? input : undefined;
  const numbers = given ? given.data : input as ArrayLike<number>;
  const isList = isObject && typeof numbers?.length === "number";
  if (!isList || given && !Array.isArray(given.shape)) {
    throw refuse(`is ${said(input)}, not numbers or a tensor`);
  }
  if (numbers.length > 0 && typeof numbers[0] !== "number") {
    throw refuse(`begins with ${said(numbers[0])}, not with a number`);
  }
  // The caller may write the next input over them while this run waits for others.
  const data = numbers instanceof Float32Array
    ? new Float32Array(numbers)
    : Float32Array.from(numbers);
  if (given !== undefined) {
    const whole = given.shape.every((extent) => Number.isInteger(extent) && extent > 0);
    if (whole && count(given.shape) === data.length) return { shape: given.shape, data };
    throw refuse(`has ${data.length} numbers, but its shape is ${showShape(given.shape)}`);
  }
  if (data.length === count(shape)) return { shape, data };
  const batch = data.length / count(shape.slice(1));
  if (shape.length < 2 || batch < 1 || !Number.isInteger(batch)) {
    throw refuse(
      `has ${data.length} numbers, which are not samples of ${showShape(shape.slice(1))}`,
    );
  }
  return { shape: shape.with(0, batch), data };
}
