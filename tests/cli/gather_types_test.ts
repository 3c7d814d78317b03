/** Gathering the declarations of several modules in one file. */
import assert from "node:assert/strict";
import { gatherTypes } from "../../cli/one_file/gather_types.ts";

const entry = { file: "mod.ts", source: `/** The entry. */\nexport { load } from "./load.ts";\n` };

Deno.test("a private declaration with the name of a global type is renamed", () => {
  const load = {
    file: "load.ts",
    source: `import type { Net } from "./caffe/net.ts";`,
    declarations: "export declare function load(file: Blob): Net;\n",
  };
  const net = {
    file: "caffe/net.ts",
    source: "",
    declarations: "/** Has each Blob. */\nexport interface Net {\n    readonly Blob: Blob;\n}\n" +
      "export interface Blob {\n    readonly data: number;\n}\n",
  };
  assert.equal(
    gatherTypes([load, net], [entry]),
    `/** The entry. */

export declare function load(file: Blob): Net;

/** Has each Blob. */
interface Net {
    readonly Blob: NetBlob;
}

interface NetBlob {
    readonly data: number;
}

export {};
`,
  );
});

Deno.test("a name refers to the module that it is imported from", () => {
  const load = {
    file: "load.ts",
    source: `import { type Layout } from "./b.ts";`,
    declarations: "export declare function load(layout: Layout): void;\n",
  };
  const layout = (file: string, type: string) => ({
    file,
    source: "",
    declarations: `export type Layout = ${type};\nexport declare function load(): ${type};\n`,
  });
  const gathered = gatherTypes([layout("a.ts", `"a"`), load, layout("b.ts", `"b"`)], [entry]);
  assert.equal(
    gathered,
    `/** The entry. */

export declare function load(layout: Layout): void;

type Layout = "b";

export {};
`,
  );
});
