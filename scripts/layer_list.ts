/**
 * Writes the list of layers into README.md, from the table in `lib/layers/mod.ts`.
 *
 * ```sh
 * deno run -A scripts/layer_list.ts
 * ```
 *
 * @module
 */
import { layers } from "../lib/layers/mod.ts";

const readme = new URL("../README.md", import.meta.url);
const markers = /(<!-- layers -->)([\s\S]*?)(<!-- \/layers -->)/;

/** The types of layers that a text lists between its markers, separated by commas. */
export function listedLayers(text: string): string[] {
  const [, , list] = markers.exec(text) ?? [];
  if (list === undefined) throw new TypeError("Cannot find <!-- layers --> … <!-- /layers -->");
  return list.split(",").map((type) => type.replaceAll("`", "").trim()).filter((type) => type);
}

/** The text with all types of layers between its markers. */
export function withLayers(text: string): string {
  const sorted = [...layers.keys()].sort((a, b) => a.localeCompare(b, "en"));
  return text.replace(markers, `$1\n\n${sorted.join(", ")}\n\n$3`);
}

if (import.meta.main) {
  await Deno.writeTextFile(readme, withLayers(await Deno.readTextFile(readme)));
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--quiet", readme.pathname],
    stdout: "inherit",
    stderr: "inherit",
  }).output();
  Deno.exit(code);
}
