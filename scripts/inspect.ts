/**
 * `kaffe inspect` as a script of its own.
 *
 * @module
 */
import { main } from "../cli/main.ts";

if (import.meta.main) Deno.exit(await main(["inspect", ...Deno.args]));
