/**
 * Descriptions of protobuf messages as data, from which their TypeScript types are inferred.
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

/** One field of a message: its number on the wire, and the type of its value. */
export interface Field<Value> {
  /** Its number in binary files; 0 if it is read from text files only. */
  readonly number: number;
  /** The type of its value. */
  readonly type: Scalar | EnumType | MessageType<unknown>;
  /** Whether it may occur any number of times. */
  readonly repeated: boolean;
  /** Its value if it is absent. */
  readonly defaultValue: unknown;
  /** Whether its values, which are messages, are kept as their bytes, in the file if they are long. */
  readonly copied?: boolean;
  /** The only value that is accepted in text files, if there is one. */
  readonly only?: unknown;
  /** Carries `Value` for inference; never present at run time. */
  readonly __value?: Value;
}

/** The names of an enum and their numbers on the wire. */
export interface EnumType {
  /** The number of each name; one below 0 if it collides, so that text files need the name. */
  readonly values: Readonly<Record<string, number>>;
  /** Whether unknown names and numbers are accepted, as spelled in the file. */
  readonly others?: boolean;
}

/** A message's name, and its fields by name. */
export interface MessageType<Value> {
  /** Its name, for error messages. */
  readonly name: string;
  /** Its fields by name. */
  readonly fields: Readonly<Record<string, Field<unknown>>>;
  /** The numbers of the fields in the binary files of a fork, if they differ. */
  readonly renumbered?: Renumbering | undefined;
  /** Carries `Value` for inference; never present at run time. */
  readonly __value?: Value;
}

/** The numbers of a message's fields in the binary files of a fork. */
export interface Renumbering {
  /** A field number whose value is a varint in these files, and of another wire type elsewhere. */
  readonly whole: number;
  /** The numbers of the fields, by name. */
  readonly numbers: Readonly<Record<string, number>>;
}

/** The TypeScript type of the messages that `M` describes. */
export type MessageOf<M> = M extends MessageType<infer Value> ? Value : never;

/**
 * A message whose fields are decoded on demand.
 *
 * Caffe's forks use the same field numbers for different messages, so the settings of a layer are
 * decoded only when its type, and thus their message type, is known.
 */
export interface OpenMessage {
  /** Its position, for error messages: `deploy.prototxt:12:3`, or the file's name. */
  readonly where: string;
  /**
   * Decodes the fields that `type` describes, and leaves all others for a later call.
   *
   * @throws {SyntaxError} if one of them does not have the described type.
   */
  read<Value>(type: MessageType<Value>): Value;
  /** Whether the file has such a field. Asking does not count as reading it. */
  has(field: { readonly name: string; readonly number: number }): boolean;
  /**
   * The fields that no call has read yet, in the order of the file, including those of nested
   * messages that were decoded with it. Nested messages that were left open have their own.
   */
  unread(): readonly UnreadField[];
  /**
   * The fields that no call has read yet, as encoded in the file, without those of nested messages.
   */
  rest(): readonly RestField[];
}

/**
 * An unknown field as encoded in its file: as text or as bytes.
 *
 * @internal
 */
export interface RestField {
  /** Its name, or its number in digits. */
  readonly name: string;
  /** Where it stands: `deploy.prototxt:12:3`, or the file's name. */
  readonly where: string;
  /** All its values in text format, one line for each. */
  readonly text?: string;
  /** All its values in binary format, with their tags. */
  readonly bytes?: Uint8Array;
}

/** A field that was not read. */
export interface UnreadField {
  /** Its name, or its number in digits. */
  readonly name: string;
  /** Where it stands: `deploy.prototxt:12:3`, or the file's name. */
  readonly where: string;
  /** The descriptions by which its message was read. */
  readonly readAs: readonly MessageType<unknown>[];
}

/** Whether the type of a field is a described message. */
export function isMessageType(type: Field<unknown>["type"]): type is MessageType<unknown> {
  return typeof type === "object" && "fields" in type;
}

/** Describes a message by its fields. */
export function message<F extends Record<string, Field<unknown>>>(
  name: string,
  fields: F,
  renumbered?: Renumbering,
): MessageType<{ readonly [K in keyof F]: F[K] extends Field<infer Value> ? Value : never }> {
  return { name, fields, renumbered };
}

/** Describes a field with one value. An absent field is `undefined`, or has a default. */
export interface ScalarField<Value> {
  /** A field without a default. */
  (number: number): Field<Value | undefined>;
  /** A field with a default. */
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

/** An unsigned 32-bit integer. */
export const uint32: ScalarField<number> = scalar("uint32");
/** A signed 32-bit integer. */
export const int32: ScalarField<number> = scalar("int32");
/** A signed 64-bit integer. Values that a float64 cannot represent exactly are refused. */
export const int64: ScalarField<number> = scalar("int64");
/** A number in float32. */
export const float: ScalarField<number> = scalar("float");
/** A number in float64. */
export const double: ScalarField<number> = scalar("double");
/** A boolean. */
export const bool: ScalarField<boolean> = scalar("bool");
/** A string. */
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

/** A field that is one of `values`, and `fallback` if it is absent. */
export function enumeration<const Name extends string>(
  number: number,
  values: Readonly<Record<Name, number>>,
  fallback: NoInfer<Name>,
): Field<Name> {
  return { number, type: { values }, repeated: false, defaultValue: fallback };
}

/** A field that is one of `values`, and `undefined` if it is absent. */
export function optionalEnumeration<const Name extends string>(
  number: number,
  values: Readonly<Record<Name, number>>,
): Field<Name | undefined> {
  return { number, type: { values }, repeated: false, defaultValue: undefined };
}

/**
 * A field that is one of `values`, or a value unknown here: then its name, or its number in digits,
 * as spelled in the file.
 */
export function openEnumeration(
  number: number,
  values: Readonly<Record<string, number>>,
  fallback: string,
): Field<string> {
  return { number, type: { values, others: true }, repeated: false, defaultValue: fallback };
}

/** A field with a nested message, `undefined` if it is absent. */
export function nested<Value>(number: number, type: MessageType<Value>): Field<Value | undefined> {
  return { number, type, repeated: false, defaultValue: undefined };
}

/** A field that may occur any number of times. */
export function repeated<Value>(field: Field<Value>): Field<readonly NonNullable<Value>[]> {
  return { ...field, repeated: true, defaultValue: [] } as Field<readonly NonNullable<Value>[]>;
}

/**
 * Fields of forks whose effect is not supported, each with its neutral value: text files with any
 * other value are refused.
 */
export function onlyWith<Name extends string>(
  values: Readonly<Record<Name, number | boolean | string>>,
): Readonly<Record<Name, Field<readonly unknown[]>>> {
  const entries: readonly (readonly [string, number | boolean | string])[] = Object.entries(values);
  const fields = entries.map(([name, only]) => [name, { ...repeated(fieldOf(only)), only }]);
  return Object.fromEntries(fields);
}

/** A field that holds a value like the given one, in text files only. */
function fieldOf(value: number | boolean | string): Field<unknown> {
  if (typeof value === "number") return float(0);
  return typeof value === "boolean" ? bool(0) : openEnumeration(0, {}, value);
}

/** The value of an empty message. */
export function defaultsOf<Value>(type: MessageType<Value>): Value {
  const value: Record<string, unknown> = {};
  for (const name in type.fields) value[name] = type.fields[name]!.defaultValue;
  return value as Value;
}
