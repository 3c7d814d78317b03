/**
 * `kaffe layers` as a script of its own.
 *
 * @module
 */
import { main } from "../cli/main.ts";

if (import.meta.main) Deno.exit(await main(["layers", ...Deno.args]));
