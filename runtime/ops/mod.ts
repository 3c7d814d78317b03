/**
 * The table of ops: the alphabet in which every network is written.
 *
 * @module
 */
import type { AttributesOf, OptionsOf, Schema } from "./attribute.ts";
import type { Op } from "./op.ts";
import { functions } from "./unary.ts";

const table = {
  ...functions,
};

/** The name of an op. */
export type OpName = keyof typeof table;

type SchemaOf<Name extends OpName> = (typeof table)[Name] extends Op<infer S> ? S : never;

/** The settings of each op, by its name. */
export type Attributes = { [Name in OpName]: AttributesOf<SchemaOf<Name>> };

/** The settings of each op where those that have a default may be left out, by its name. */
export type Options = { [Name in OpName]: OptionsOf<SchemaOf<Name>> };

/** An op whose settings are not known at compile time. */
// deno-lint-ignore no-explicit-any
export type AnyOp = Op<any>;

/** The ops by name. */
export const ops: { readonly [Name in OpName]: Op<SchemaOf<Name>> } = table;

/** The op of a name that came from a file, or `undefined` if there is none. */
export function opNamed(name: string): AnyOp | undefined {
  return Object.hasOwn(ops, name) ? ops[name as OpName] as AnyOp : undefined;
}

/** Gives any op's schema a type that suits all of them. */
export type AnySchema = Schema;
