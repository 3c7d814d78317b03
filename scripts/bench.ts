/**
 * `kaffe bench` as a script of its own.
 *
 * @module
 */
import { main } from "../cli/main.ts";

if (import.meta.main) Deno.exit(await main(["bench", ...Deno.args]));
