/**
 * Checks the inputs that a caller gives a network.
 *
 * @module
 */
import { showArgument } from "./show_argument.ts";
import type { Value } from "./graph.ts";
import { count, showShape, type Tensor } from "./tensor.ts";

/** What an input can be: a tensor, or just its numbers, from which the batch follows. */
export type Input = Tensor | ArrayLike<number>;

/**
 * One tensor per value, in the values' order.
 *
 * @throws {TypeError} if an input is missing, unknown, or not a whole number of samples, or has more
 * axes or fewer.
 */
export function readInputs(
  values: readonly Value[],
  given: Readonly<Record<string, Input>>,
): Tensor[] {
  const known = values.map(({ name }) => name), names = known.join(", ");
  if (typeof given !== "object" || given === null || Symbol.iterator in given) {
    throw new TypeError(
      `Cannot run network: its inputs are { ${names} }, not ${showArgument(given)}`,
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
  const given = Array.isArray((input as Tensor | null)?.shape) ? input as Tensor : undefined;
  const numbers = given ? given.data : input as ArrayLike<number>;
  if (typeof input !== "object" || typeof numbers?.length !== "number") {
    throw refuse(`is ${showArgument(input)}, not numbers or a tensor`);
  }
  // A typed array holds only numbers or only bigints, so one element suffices.
  const length = ArrayBuffer.isView(numbers) ? Math.min(1, numbers.length) : numbers.length;
  for (let i = 0; i < length; i++) {
    if (typeof numbers[i] !== "number") {
      throw refuse(`holds ${showArgument(numbers[i])}, not numbers or a tensor`);
    }
  }
  // Copied: the caller may reuse the array while this run waits for others. One whose memory was
  // transferred has no numbers, and cannot be copied.
  const data = new Float32Array(numbers.length > 0 ? numbers : []);
  if (given !== undefined) {
    const whole = given.shape.every((extent) => Number.isInteger(extent) && extent > 0);
    if (!whole || count(given.shape) !== data.length) {
      throw refuse(`has ${data.length} numbers, but its shape is ${showShape(given.shape)}`);
    }
    // Layers may have been lowered for as many axes: an axis that counts from the last is settled.
    if (given.shape.length === shape.length) return { shape: [...given.shape], data };
    throw refuse(`is ${showShape(given.shape)}, but needs ${shape.length} axes`);
  }
  if (data.length === count(shape)) return { shape, data };
  if (shape.length < 2) throw refuse(`has ${data.length} numbers, but needs ${count(shape)}`);
  const batch = data.length / count(shape.slice(1));
  if (batch < 1 || !Number.isInteger(batch)) {
    throw refuse(
      `has ${data.length} numbers, not a whole number of samples ${showShape(shape.slice(1))}`,
    );
  }
  return { shape: shape.with(0, batch), data };
}
