/**
 * `kaffe inspect`: describes files.
 *
 * @module
 */
import type { ConvertOptions } from "../lib/convert_options.ts";
import { headOf, wholeOf } from "../proto/deferred.ts";
import { modelMember } from "../runtime/bundle/model_file.ts";
import { readZip } from "../runtime/bundle/zip.ts";
import { defineCommand } from "./command.ts";
import { withFileInErrors } from "./file_errors.ts";
import { isNpy, isZip, readOrOpen } from "./files.ts";
import { describeArray, describeArrays } from "./inspect/arrays.ts";
import { describeBundle } from "./inspect/bundle.ts";
import type { Description } from "./inspect/description.ts";
import { importLayers, type LayersModule, layersOption } from "./layers_module.ts";
import { networkOptions, networkOptionsFrom } from "./network_options.ts";
import { print, printJson } from "./print.ts";

/** Describes files. */
export const inspect = defineCommand({
  files: { name: "FILE…", least: 1, most: Infinity },
  options: { ...networkOptions, ...layersOption, json: { about: "Print JSON." } },
  examples: ["inspect deploy.prototxt", "inspect model.npz mean.binaryproto --json"],
  async run({ files, values }) {
    const options = networkOptionsFrom(values);
    const custom = await importLayers(values.layers);
    const descriptions: object[] = [];
    for (const [i, file] of files.entries()) {
      const { kind, text, json } = await describe(file, options, custom);
      if (values.json) descriptions.push({ file, kind, ...json });
      else print(`${i > 0 ? "\n" : ""}${file}: ${text}`);
    }
    if (values.json) printJson(descriptions);
    return 0;
  },
});

/** Identifies a file by its first bytes, and describes it. */
async function describe(
  file: string,
  options: ConvertOptions,
  { layers, ops }: LayersModule,
): Promise<Description> {
  using opened = new DisposableStack();
  const content = await readOrOpen(file, opened), head = headOf(content);
  if (isNpy(head)) return describeArray(wholeOf(content), file);
  if (isZip(head)) {
    return await withFileInErrors(file, head, async () => {
      const bytes = wholeOf(content);
      const isBundle = readZip(bytes).get(modelMember) !== undefined;
      return isBundle ? await describeBundle(bytes, ops) : await describeArrays(bytes);
    });
  }
  // The tags of a blob's num, data and shape; no network starts with one of them. The readers of
  // Caffe's files take longer to load than a bundle to read, so they are loaded on demand.
  if ([0x08, 0x2a, 0x2d, 0x3a].includes(head[0]!)) {
    const { describeMean } = await import("./inspect/mean.ts");
    return describeMean(wholeOf(content), file);
  }
  const { describeNetwork } = await import("./inspect/network.ts");
  return describeNetwork({ bytes: content, name: file }, { ...options, layers });
}
