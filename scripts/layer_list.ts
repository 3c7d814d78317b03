/**
 * Writes the list of layers into README.md, from the tables in `lib/layers/`.
 *
 * ```sh
 * deno run -A scripts/layer_list.ts
 * ```
 *
 * @module
 */
import { layerRows } from "../lib/layers/mod.ts";

const readme = new URL("../README.md", import.meta.url);
const markers = /(<!-- layers -->)([\s\S]*?)(<!-- \/layers -->)/;

/** The layers that a text lists between the markers, as `family: type`. */
export function listedLayers(text: string): string[] {
  const [, , list] = markers.exec(text) ?? [];
  if (list === undefined) throw new TypeError("Cannot find <!-- layers --> … <!-- /layers -->");
  const items = [...list.matchAll(/^- \*\*(.*?)\*\*: ([^]*?)(?=^- |^$)/gm)];
  return items.flatMap(([, family, types]) =>
    types!.trim().split(/,\s+/).map((type) => `${family}: ${type}`)
  );
}

/** All layers, as `family: type`. */
export function allLayers(): string[] {
  return layerRows().map(({ family, type }) => `${family}: ${type}`);
}

/** The text with a list of all layers between the markers. */
export function withLayers(text: string): string {
  const families = [...Map.groupBy(layerRows(), ({ family }) => family)]
    .sort(([a], [b]) => a.localeCompare(b, "en"));
  const items = families.map(([family, rows]) => {
    return `- **${family}**: ${rows.map(({ type }) => type).join(", ")}\n`;
  });
  return text.replace(markers, `$1\n\n${items.join("")}\n$3`);
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
