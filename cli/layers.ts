/**
 * `kaffe layers`: lists the layer types that can be converted.
 *
 * @module
 */
import { type LayerRow, layerRows } from "../lib/layers/mod.ts";
import { defineCommand } from "./command.ts";
import { importLayers, layersOption } from "./layers_module.ts";
import { print, printJson } from "./print.ts";
import { showTable } from "./table.ts";

/** Lists the layer types. */
export const layers = defineCommand({
  files: { name: "", least: 0, most: 0 },
  options: { ...layersOption, json: { about: "Print JSON." } },
  examples: ["layers", "layers --layers mine.ts --json"],
  async run({ values }) {
    const { layers } = await importLayers(values.layers);
    const custom = layers.map(({ type, ops = [] }): LayerRow => {
      return { type, family: "your own", ops };
    });
    const others = layerRows().filter(({ type }) => !custom.some((layer) => layer.type === type));
    const rows = [...custom, ...others];
    if (values.json) printJson(rows);
    else {
      print(showTable(
        ["layer", "family", "ops"],
        rows.map(({ type, family, ops }) => [type, family, ops.join(", ")]),
      ));
    }
    return 0;
  },
});
