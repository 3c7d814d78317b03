/**
 * A protobuf message described as data, from which its TypeScript type follows.
 *
 * One description drives the text reader, the binary reader and the writer.
 *
 * @module
 */

/**
 * The wire representations that Caffe's messages use. `floats` and `doubles` are repeated numbers
 * kept as one typed array; `message` is a nested message that is decoded later.
 */
export type Scalar =
  | "uint32"
  | "int32"
  | "int64"
  | "float"
  | "double"
  | "bool"
  | "string"
  | "bytes"
  | "floats"
  | "doubles"
  | "message";

/** One field of a message: its number on the wire, and how to read its value. */
export interface Field<Value> {
  /** Its number in binary files; 0 if it is only known in text files. */
  readonly number: number;
  /** What it holds. */
  readonly type: Scalar | EnumType | MessageType<unknown>;
  /** Whether it may occur any number of times. */
  readonly repeated: boolean;
  /** What it is where a file does not say. */
  readonly defaultValue: unknown;
  /** The only value that a text file may give it, if there is one. */
  readonly only?: unknown;
  /** Carries `Value` for inference; never present at run time. */
  readonly __value?: Value;
}

/** The names of an enum and their numbers on the wire. */
export interface EnumType {
  /** The number of each name. */
  readonly values: Readonly<Record<string, number>>;
  /** Whether other names and numbers are kept as the file spells them, and not refused. */
  readonly others?: boolean;
}

/** A message's name, and its fields by name. */
export interface MessageType<Value> {
  /** Its name, for messages to the user. */
  readonly name: string;
  /** Its fields by name. */
  readonly fields: Readonly<Record<string, Field<unknown>>>;
  /** Other numbers of them, if some binary files have such. */
  readonly renumbered?: Renumbering | undefined;
  /** Carries `Value` for inference; never present at run time. */
  readonly __value?: Value;
}

/** The numbers that a fork has given to a message's fields in binary files. */
export interface Renumbering {
  /** What tells its files from others: under this number they alone have a single whole number. */
  readonly whole: number;
  /** The numbers of the fields that it has, by their names. */
  readonly numbers: Readonly<Record<string, number>>;
}

/** The TypeScript type of the messages that `M` describes. */
export type MessageOf<M> = M extends MessageType<infer Value> ? Value : never;

/**
 * A message of a file whose fields are decoded when their meaning is known.
 *
 * Caffe's forks gave one field number to different things, so a layer's parameters are decoded
 * only once the layer's type has told which message they are.
 */
export interface OpenMessage {
  /** Where it stands, for messages to the user: `deploy.prototxt:12:3`, or the file's name. */
  readonly where: string;
  /**
   * Decodes the fields that `type` describes, and leaves all others for a later call.
   *
   * @throws {SyntaxError} if one of them cannot be read as what it is described to be.
   */
  read<Value>(type: MessageType<Value>): Value;
  /** Whether the file has such a field. Asking does not count as reading it. */
  has(field: { readonly name: string; readonly number: number }): boolean;
  /**
   * The fields that no call has read yet, in the order of the file, also those inside the nested
   * messages that were decoded with it. Those that were left open are asked themselves.
   */
  unread(): readonly UnreadField[];
  /**
   * The fields that no call has read yet, as the file spells them; not those inside the nested
   * messages that were decoded with it.
   */
  rest(): readonly RestField[];
}

/**
 * A field that nobody knows: from a text file its text, from a binary file its bytes.
 *
 * @internal
 */
export interface RestField {
  /** Its name, or its number in digits. */
  readonly name: string;
  /** Where it stands: `deploy.prototxt:12:3`, or the file's name. */
  readonly where: string;
  /** All it says, in text format, one line a field. */
  readonly text?: string;
  /** All it says, in binary format, with its tags. */
  readonly bytes?: Uint8Array;
}

/** A field that nobody asked for: a text file gives its name, a binary file its number. */
export interface UnreadField {
  /** Its name, or its number in digits. */
  readonly name: string;
  /** Where it stands: `deploy.prototxt:12:3`, or the file's name. */
  readonly where: string;
  /** The descriptions by which the message around it has been read. */
  readonly readAs: readonly MessageType<unknown>[];
}

/** Describes a message by its fields. */
export function message<F extends Record<string, Field<unknown>>>(
  name: string,
  fields: F,
  renumbered?: Renumbering,
): MessageType<{ readonly [K in keyof F]: F[K] extends Field<infer Value> ? Value : never }> {
  return { name, fields, renumbered };
}

/** Describes a field that holds one value: `undefined` if it is absent, or a default. */
export interface ScalarField<Value> {
  /** A field by its number. */
  (number: number): Field<Value | undefined>;
  /** A field by its number, and what it is where a file does not say. */
  (number: number, defaultValue: Value): Field<Value>;
}

function scalar<Value>(type: Scalar): ScalarField<Value> {
  function field(number: number): Field<Value | undefined>;
  function field(number: number, defaultValue: Value): Field<Value>;
  function field(number: number, defaultValue?: Value): Field<Value | undefined> {
    return { number, type, repeated: false, defaultValue };
  }
  return field;
}

/** A whole number from 0 on. */
export const uint32: ScalarField<number> = scalar("uint32");
/** A whole number of either sign. */
export const int32: ScalarField<number> = scalar("int32");
/** A large whole number of either sign. */
export const int64: ScalarField<number> = scalar("int64");
/** A number, rounded to float32. */
export const float: ScalarField<number> = scalar("float");
/** A number. */
export const double: ScalarField<number> = scalar("double");
/** Yes or no. */
export const bool: ScalarField<boolean> = scalar("bool");
/** A text. */
export const string: ScalarField<string> = scalar("string");
/** Bytes. */
export const bytes: ScalarField<Uint8Array> = scalar("bytes");
/** Repeated float32 values, packed or not, as one array. Absent fields give an empty array. */
export const floats = (number: number): Field<Float32Array> => ({
  number,
  type: "floats",
  repeated: true,
  defaultValue: new Float32Array(0),
});
/** Repeated float64 values, packed or not, as one array. Absent fields give an empty array. */
export const doubles = (number: number): Field<Float64Array> => ({
  number,
  type: "doubles",
  repeated: true,
  defaultValue: new Float64Array(0),
});
/** A nested message that is decoded later. */
export const open: ScalarField<OpenMessage> = scalar("message");

/** A field that holds one of `values`: `fallback` if it is absent. */
export function enumeration<const Name extends string>(
  number: number,
  values: Readonly<Record<Name, number>>,
  fallback: NoInfer<Name>,
): Field<Name> {
  return { number, type: { values }, repeated: false, defaultValue: fallback };
}

/** A field that holds one of `values`: `undefined` if it is absent. */
export function optionalEnumeration<const Name extends string>(
  number: number,
  values: Readonly<Record<Name, number>>,
): Field<Name | undefined> {
  return { number, type: { values }, repeated: false, defaultValue: undefined };
}

/**
 * A field that holds one of `values`, or one that only a fork knows: then its name, or its number
 * in digits, as the file spells it.
 */
export function openEnumeration(
  number: number,
  values: Readonly<Record<string, number>>,
  fallback: string,
): Field<string> {
  return { number, type: { values, others: true }, repeated: false, defaultValue: fallback };
}

/** A field that holds another message, `undefined` if it is absent. */
export function nested<Value>(number: number, type: MessageType<Value>): Field<Value | undefined> {
  return { number, type, repeated: false, defaultValue: undefined };
}

/** A field that may occur any number of times. */
export function repeated<Value>(field: Field<Value>): Field<readonly NonNullable<Value>[]> {
  return { ...field, repeated: true, defaultValue: [] } as Field<readonly NonNullable<Value>[]>;
}

/**
 * Fields of forks that change what is computed in ways that are not known here, each by the only value
 * with which it changes nothing: a text file that gives it another one is refused.
 */
export function onlyWith<Name extends string>(
  values: Readonly<Record<Name, number | boolean | string>>,
): Readonly<Record<Name, Field<readonly unknown[]>>> {
  const entries: readonly (readonly [string, number | boolean | string])[] = Object.entries(values);
  const fields = entries.map(([name, only]) => {
    const field: Field<unknown> = typeof only === "number"
      ? float(0)
      : typeof only === "boolean"
      ? bool(0)
      : openEnumeration(0, {}, only);
    return [name, { ...repeated(field), only }];
  });
  return Object.fromEntries(fields);
}

/** The value of a message of which every field is absent. */
export function defaultsOf<Value>(type: MessageType<Value>): Value {
  const value: Record<string, unknown> = {};
  for (const name in type.fields) value[name] = type.fields[name]!.defaultValue;
  return value as Value;
}
