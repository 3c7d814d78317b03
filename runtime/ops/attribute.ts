/**
 * Schemas of op settings: from one description follow the TypeScript type, the defaults and the
 * validation of untrusted values.
 *
 * @module
 */

/** One setting: what values it takes, and its default. */
export interface Attribute<Value, HasDefault extends boolean = boolean> {
  /** What the value must be, as it appears after "it must be". */
  readonly expected: string;
  /** Whether it may be left out. */
  readonly hasDefault: HasDefault;
  /** Its default, if it has one. */
  readonly defaultValue: Value | undefined;
  /** Whether a value is valid. */
  accepts(value: unknown): boolean;
}

/** The settings of an op, by name. */
export type Schema = Readonly<Record<string, Attribute<unknown>>>;

/**
 * The settings of an op with defaults filled in.
 *
 * @internal
 */
export type AttributesOf<S extends Schema> = {
  readonly [K in keyof S]: S[K] extends Attribute<infer Value> ? Value : never;
};

/**
 * The settings of an op where those with a default may be left out.
 *
 * @internal
 */
export type OptionsOf<S extends Schema> =
  & { readonly [K in keyof S as S[K]["hasDefault"] extends true ? never : K]: ValueOf<S[K]> }
  & { readonly [K in keyof S as S[K]["hasDefault"] extends true ? K : never]?: ValueOf<S[K]> };

type ValueOf<A> = A extends Attribute<infer Value> ? Value : never;

/** A number for the height and one for the width. */
export type Pair = readonly [height: number, width: number];

/** Describes settings of one type, with or without a default. */
export interface Kind<Value> {
  /** A required setting. */
  (): Attribute<Value, false>;
  /** An optional setting. */
  (defaultValue: Value): Attribute<Value, true>;
}

/** Settings of a type. */
export function kind<Value>(expected: string, accepts: (value: unknown) => boolean): Kind<Value> {
  function attribute(): Attribute<Value, false>;
  function attribute(defaultValue: Value): Attribute<Value, true>;
  function attribute(defaultValue?: Value): Attribute<Value> {
    return { expected, hasDefault: defaultValue !== undefined, defaultValue, accepts };
  }
  return attribute;
}

const isInteger = (value: unknown) =>
  Number.isInteger(value) && Math.abs(value as number) < 2 ** 31;
const isSize = (value: unknown) => isInteger(value) && (value as number) > 0;
const isList = (of: (value: unknown) => boolean, length?: number) => (value: unknown) =>
  Array.isArray(value) && value.every(of) && (length === undefined || value.length === length);

/** An integer of any sign. */
export const integer: Kind<number> = kind("an integer", isInteger);
/** An integer of at least 1. */
export const size: Kind<number> = kind("an integer of at least 1", isSize);
/** Any number, also infinite or NaN. */
export const number: Kind<number> = kind("a number", (value) => typeof value === "number");
/** Yes or no. */
export const boolean: Kind<boolean> = kind("true or false", (value) => typeof value === "boolean");
/** Integers for the height and the width. */
export const pair: Kind<Pair> = kind("two integers", isList(isInteger, 2));
/** Integers of at least 1 for the height and the width. */
export const sizes: Kind<Pair> = kind("two integers of at least 1", isList(isSize, 2));
/** Integers for the depth, the height and the width. */
export const triple: Kind<readonly [number, number, number]> = kind(
  "three integers",
  isList(isInteger, 3),
);
/** Integers of at least 1 for the depth, the height and the width. */
export const sizes3d: Kind<readonly [number, number, number]> = kind(
  "three integers of at least 1",
  isList(isSize, 3),
);
/** A list of integers. */
export const integers: Kind<readonly number[]> = kind("a list of integers", isList(isInteger));
/** A list of numbers. */
export const numbers: Kind<readonly number[]> = kind(
  "a list of numbers",
  isList((value) => typeof value === "number"),
);

/** An enum: one of a few words. */
export function oneOf<const Word extends string>(words: readonly Word[]): Attribute<Word, false>;
/** An enum with a default. */
export function oneOf<const Word extends string>(
  words: readonly Word[],
  defaultValue: NoInfer<Word>,
): Attribute<Word, true>;
export function oneOf<Word extends string>(
  words: readonly Word[],
  defaultValue?: Word,
): Attribute<Word> {
  const expected = `one of ${words.map((word) => JSON.stringify(word)).join(", ")}`;
  return kind<Word>(expected, (value) => words.includes(value as Word))(defaultValue!);
}

/**
 * Validates settings and fills in defaults.
 *
 * @throws {TypeError} if one is missing, invalid or unknown.
 */
export function resolve<S extends Schema>(
  schema: S,
  given: Readonly<Record<string, unknown>>,
): AttributesOf<S> {
  const resolved: Record<string, unknown> = {};
  for (const [name, attribute] of Object.entries(schema)) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (value === undefined && attribute.hasDefault) {
      resolved[name] = attribute.defaultValue;
    } else if (value !== undefined && attribute.accepts(value)) {
      resolved[name] = value;
    } else {
      const state = value === undefined ? "missing" : JSON.stringify(value)?.slice(0, 80);
      throw new TypeError(`its ${name} must be ${attribute.expected}, not ${state}`);
    }
  }
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(schema, name));
  if (unknown !== undefined) {
    const known = Object.keys(schema).join(", ") || "none";
    throw new TypeError(`it has no setting ${JSON.stringify(unknown)}; its settings are ${known}`);
  }
  return resolved as AttributesOf<S>;
}

/** The settings that differ from their defaults, which is what a file needs. */
export function omitDefaults<S extends Schema>(
  schema: S,
  attributes: AttributesOf<S>,
): Partial<AttributesOf<S>> {
  const differs = ([name, value]: [string, unknown]) => !same(value, schema[name]!.defaultValue);
  return Object.fromEntries(Object.entries(attributes).filter(differs)) as Partial<
    AttributesOf<S>
  >;
}

function same(a: unknown, b: unknown): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return Object.is(a, b);
  return a.length === b.length && a.every((item, i) => same(item, b[i]));
}
