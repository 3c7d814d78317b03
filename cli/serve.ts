/**
 * `kaffe serve`: serves the page on this machine.
 *
 * @module
 */
import { defineCommand } from "./command.ts";
import { stateOf } from "./files.ts";
import { readInteger } from "./option_values.ts";
import { buildPage } from "./page/build.ts";
import { serverOf } from "./page/server.ts";
import { print } from "./print.ts";

/** Only programs on this machine can connect. */
const hostname = "127.0.0.1";

/** Serves the page until it is interrupted. */
export const serve = defineCommand({
  files: { name: "", least: 0, most: 0 },
  options: {
    port: { value: "N", about: "The port on 127.0.0.1 (8080); 0 for any free port." },
  },
  examples: ["serve --port 8000"],
  async run({ values }) {
    const port = readInteger(values.port ?? "8080", "--port", 0);
    const handler = serverOf(await buildPage());
    const onListen = ({ port }: Deno.NetAddr) => {
      print(`http://${hostname}:${port}/ (Ctrl+C stops it)`);
    };
    let server: Deno.HttpServer;
    try {
      server = Deno.serve({ hostname, port, onListen }, handler);
    } catch (cause) {
      throw new Error(`Cannot serve on port ${port}: ${stateOf(cause)}`, { cause });
    }
    await server.finished;
    return 0;
  },
});
