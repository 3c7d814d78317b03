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
    const onListen = ({ port }: Deno.NetAddr) => {
      print(`http://${hostname}:${port}/ (Ctrl+C stops it)`);
    };
    // The server starts at once; the first requests wait for the page.
    const building = buildPage().then(serverOf);
    let server: Deno.HttpServer;
    try {
      server = Deno.serve({ hostname, port, onListen }, async (request) => {
        return (await building)(request);
      });
    } catch (cause) {
      // Exiting meanwhile would leave the build's temporary folder.
      await building.catch(() => {});
      const state = `${stateOf(cause)}; --port 0 takes a free one`;
      throw new Error(`Cannot serve on port ${port}: ${state}`, { cause });
    }
    try {
      await building;
    } catch (error) {
      await server.shutdown();
      throw error;
    }
    await server.finished;
    return 0;
  },
});
