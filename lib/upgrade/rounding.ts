/**
 * Converts forks' rounding settings of pooling to `round_mode`, which has a number in binary files.
 *
 * Otherwise they would be lost, and with them the extents of all that follows.
 *
 * @module
 */
import type { Entry, Field, MessageType, Tree } from "../../proto/mod.ts";
import { type Rounding, roundsDown } from "../layers/pooling.ts";

/** The forks' fields. */
const words: readonly string[] = [
  "ceil_mode",
  "cmp_out_shape_floor_as_conv",
] satisfies (keyof Rounding)[];

/** A layer with `round_mode` in place of them. */
export function withRoundMode(layer: Tree): Tree {
  const entries = layer.entries.map((entry): Entry => {
    if (entry.name !== "pooling_param") return entry;
    const settings = entry.value as Tree, said = settings.entries;
    if (!said.some(({ name }) => words.includes(name))) return entry;
    const rounding: Partial<Rounding> = Object.fromEntries(
      said.map(({ name, value }) => [name, value]),
    );
    const kept = said.filter(({ name }) => !words.includes(name));
    const { fields } = entry.field.type as MessageType<unknown>;
    const mode = { name: "round_mode", field: fields.round_mode as Field<unknown>, value: "FLOOR" };
    const entries = roundsDown(rounding)
      ? [...kept.filter(({ name }) => name !== mode.name), mode]
      : kept;
    return { ...entry, value: { ...settings, entries } };
  });
  return { ...layer, entries };
}
