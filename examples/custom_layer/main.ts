/**
 * Converts a network with a custom layer, and locates the bright spot in a picture.
 *
 * ```sh
 * deno run -A examples/custom_layer/main.ts
 * ```
 *
 * @module
 */
import { convert, writeBundle } from "../../mod.ts";
import { Network } from "../../runtime/mod.ts";
import { layers, ops } from "./layers.ts";

const picture = `
  . . . . . . . . .
  . . . . . . # # .
  . # . . . . # # .
  . . . . . . # # .
  . . . . . . . . .
  . . . . . . . . .`;

const bytes = await Deno.readFile(new URL("deploy.prototxt", import.meta.url));
const model = convert({ bytes, name: "deploy.prototxt" }, { layers });
const bundle = await new Blob([...writeBundle(model)]).bytes();

const network = await Network.load(bundle, { ops });
const image = picture.trim().split(/\s+/).map((pixel) => pixel === "#" ? 1 : 0);
const { peak } = await network.run({ image });
const [column, row] = peak!.data;
console.log(`The spot is at column ${column!.toFixed(2)}, row ${row!.toFixed(2)}.`);
network.destroy();
