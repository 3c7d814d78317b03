/**
 * How pooling rounds, in the words that binary files have a number for: `round_mode`.
 *
 * Text files of forks say it in words of their own, which would be lost, and with them the extents
 * of all that follows.
 *
 * @module
 */
import type { Entry, Field, MessageType, Tree } from "../../proto/mod.ts";

/** The words of forks, and what they say when they round down. */
const words: ReadonlyMap<string, boolean> = new Map([
  ["ceil_mode", false],
  ["cmp_out_shape_floor_as_conv", true],
]);

/** A layer that says it with `round_mode`. */
export function withRoundMode(layer: Tree): Tree {
  const entries = layer.entries.map((entry): Entry => {
    const { name, field, value } = entry;
    if (name !== "pooling_param") return entry;
    const settings = value as Tree, said = settings.entries;
    const others = said.filter(({ name }) => !words.has(name));
    const roundsDown = said.some(({ name, value }) => words.get(name) === value);
    const isSaid = said.some(({ name, value }) => name === "round_mode" && value === "FLOOR");
    if (others.length === said.length) return entry;
    const { fields } = field.type as MessageType<unknown>;
    const mode: Entry = {
      name: "round_mode",
      field: fields.round_mode as Field<unknown>,
      value: "FLOOR",
    };
    const kept = roundsDown && !isSaid
      ? [...others.filter(({ name }) => name !== "round_mode"), mode]
      : others;
    return { ...entry, value: { ...settings, entries: kept } };
  });
  return { ...layer, entries };
}
