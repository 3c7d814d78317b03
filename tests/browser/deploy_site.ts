/**
 * Serves the example of a page with a model, like a static file server.
 *
 * @module
 */
import { bundleText } from "../../cli/bundle_modules.ts";
import { Folder, pathOf } from "../cli/command.ts";

/** The picture that the page classifies. */
export const seven: string = pathOf("examples/digits/samples/7_barred.png");

/** The request handler, which records the requested paths. */
export async function deploySite(requested: string[]): Promise<(request: Request) => Response> {
  const files = await siteFiles();
  return ({ url }) => {
    const { pathname } = new URL(url);
    requested.push(pathname);
    const file = files.get(pathname);
    if (file === undefined) return new Response(null, { status: 404 });
    const type = pathname.endsWith(".js") ? "text/javascript" : "text/html";
    return new Response(file, { headers: { "content-type": type } });
  };
}

/** The runtime, the example, and a bundle of the digits. */
async function siteFiles(): Promise<ReadonlyMap<string, Uint8Array<ArrayBuffer>>> {
  using folder = new Folder();
  const digits = (name: string) => pathOf(`examples/digits/${name}`);
  const files = [digits("deploy.prototxt"), digits("digits.caffemodel"), "-o", "model.npz"];
  const options = ["--labels", digits("labels.txt"), "--input-scale", `${1 / 256}`];
  await folder.done("convert", ...files, ...options);
  const example = (name: string) => Deno.readFileSync(pathOf(`examples/deploy/${name}`));
  return new Map([
    ["/", example("index.html")],
    ["/worker.js", example("worker.js")],
    ["/kaffe-runtime.js", new TextEncoder().encode(await bundleText("runtime/mod.ts"))],
    ["/model.npz", Deno.readFileSync(folder.at("model.npz"))],
  ]);
}
