/**
 * `kaffe upgrade` as a script of its own.
 *
 * @module
 */
import { main } from "../cli/main.ts";

if (import.meta.main) Deno.exit(await main(["upgrade", ...Deno.args]));
