/**
 * The command line of kaffe.
 *
 * ```sh
 * deno run -A cli.ts convert deploy.prototxt --caffemodel net.caffemodel --data-output-path model.npz
 * ```
 *
 * @module
 */
import { main } from "./cli/main.ts";

if (import.meta.main) Deno.exit(await main(Deno.args));
