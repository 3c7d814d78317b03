/**
 * Checks the directions of imports against ARCHITECTURE.md, that packages are imported only where
 * they are allowed, and that portable parts name no globals of Deno or Node.
 *
 * ```sh
 * deno run -A scripts/check_imports.ts
 * ```
 *
 * @module
 */

import { getOrInsertComputed } from "../runtime/get_or_insert_computed.ts";

/** For each part of the project, the parts that it may import. Other parts may import any. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  "runtime": ["runtime"],
  "proto": ["proto"],
  "lib": ["lib", "proto", "runtime"],
  "mod.ts": ["lib", "proto", "runtime"],
  "cli": ["cli", "mod.ts", "lib", "proto", "runtime", "deno.json"],
  "cli.ts": ["cli"],
  "web": ["web", "mod.ts", "lib", "proto", "runtime"],
};

/** For each package, and for Node's modules, the folders under `arrows` that may import it. */
const packages: Readonly<Record<string, readonly string[]>> = {
  "@dagrejs/dagre": ["lib/view/"],
  "@tensorflow/tfjs-core": ["lib/tf/", "cli/"],
  "@tensorflow/tfjs-layers": ["lib/tf/"],
  "@tensorflow/tfjs-backend-cpu": ["cli/"],
  "@tensorflow/tfjs-backend-wasm": ["cli/"],
  "@tensorflow/tfjs-backend-webgpu": ["cli/"],
  "fflate": ["lib/emit/", "lib/hdf5/"],
  "protobufjs": ["proto/"],
  "@jsquash/jpeg": ["cli/"],
  "@jsquash/png": ["cli/"],
  "@types/cli-progress": ["cli/"],
  "cli-progress": ["cli/"],
  "jpeg-js": ["cli/"],
  "node": ["cli/"],
  "preact": ["web/"],
  "terser": ["cli/"],
};

/** The parts that must also run in browsers. */
const portable = ["runtime/", "proto/", "lib/", "web/"];
/** The global names that browsers lack, other than properties, keys and parts of paths. */
const foreignGlobals =
  /(?<![.\w])(Deno|Bun|Buffer|process|require|__dirname|__filename)(?![\w:/])/g;

/** An import. */
export interface Import {
  /** The importing file of the project. */
  readonly from: string;
  /** The specifier in the source. */
  readonly written: string;
  /** The target: a file of the project, `node:` and a name, or `npm:` and a package. */
  readonly to: string;
}

/** The violations by imports, one sentence each. */
export function wrongImports(imports: readonly Import[]): string[] {
  const wrong = imports.flatMap((one) => {
    const reason = isOutside(one.to) ? wrongPackage(one) : wrongArrow(one);
    return reason === undefined ? [] : [`${one.from} imports "${one.written}": ${reason}`];
  });
  const cycle = cycleOf(imports);
  return cycle === undefined ? wrong : [...wrong, `imports form a cycle: ${cycle.join(" → ")}`];
}

/** The globals of Deno and Node that a portable file names, one sentence each. */
export function wrongNames(file: string, text: string): string[] {
  if (!portable.some((folder) => file.startsWith(folder))) return [];
  const blank = (comment: string) => comment.replace(/[^\n]/g, " ");
  const code = text.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*/gm, blank);
  return [...code.matchAll(foreignGlobals)].map(({ index, 1: name }) => {
    const line = code.slice(0, index).split("\n").length;
    return `${file}:${line} names ${name}, which is not in every browser`;
  });
}

function wrongArrow({ from, to }: Import): string | undefined {
  const allowed = arrows[partOf(from)];
  if (allowed === undefined || allowed.includes(partOf(to))) return undefined;
  return `${partOf(from)} may import only ${allowed.join(", ")}`;
}

function wrongPackage({ from, to }: Import): string | undefined {
  if (arrows[partOf(from)] === undefined) return undefined;
  const name = packageOf(to);
  const folders = packages[name] ?? [];
  if (folders.some((folder) => from.startsWith(folder))) return undefined;
  return `${name} is for ${["scripts", "tests", "examples", ...folders].join(", ")} only`;
}

/** A cycle of parts that import each other. */
function cycleOf(imports: readonly Import[]): string[] | undefined {
  const next = new Map<string, Set<string>>();
  for (const { from, to } of imports) {
    if (isOutside(to) || partOf(from) === partOf(to)) continue;
    getOrInsertComputed(next, partOf(from), () => new Set()).add(partOf(to));
  }
  const done = new Set<string>();
  const visit = (part: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(part)) return [...path.slice(path.indexOf(part)), part];
    if (done.has(part)) return undefined;
    for (const other of next.get(part) ?? []) {
      const cycle = visit(other, [...path, part]);
      if (cycle !== undefined) return cycle;
    }
    done.add(part);
    return undefined;
  };
  return [...next.keys()].map((part) => visit(part, [])).find((cycle) => cycle !== undefined);
}

function partOf(file: string): string {
  return file.split("/")[0]!;
}

function isOutside(to: string): boolean {
  return /^[a-z]+:/.test(to);
}

/** The package of a target: `@jsquash/png` for `npm:@jsquash/png@3.1.1/decode.js`, or `node`. */
function packageOf(to: string): string {
  if (!to.startsWith("npm:")) return to.split(":")[0]!;
  return /^npm:\/?((@[^/]+\/)?[^@/]+)/.exec(to)![1]!;
}

const root = new URL("../", import.meta.url);

/** The TypeScript files of the project. */
function* filesIn(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(new URL(folder, root))) {
    if (/^(\.|node_modules$|build$|dist$)/.test(name)) continue;
    if (isDirectory) yield* filesIn(`${folder}${name}/`);
    else if (/\.tsx?$/.test(name)) yield folder + name;
  }
}

interface ModuleInfo {
  readonly specifier: string;
  readonly dependencies?: readonly Dependency[];
}

interface Dependency {
  readonly specifier: string;
  readonly code?: { readonly specifier?: string };
  readonly type?: { readonly specifier?: string };
}

/** The imports of files, as Deno resolves them. */
async function importsOf(files: readonly string[]): Promise<Import[]> {
  const entry = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    const lines = files.map((file) => `import ${JSON.stringify(new URL(file, root).href)};`);
    await Deno.writeTextFile(entry, lines.join("\n"));
    const { stdout, success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", "--config", "deno.json", entry],
      cwd: root,
    }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    const modules: readonly ModuleInfo[] = JSON.parse(new TextDecoder().decode(stdout)).modules;
    return modules.filter(({ specifier }) => specifier.startsWith(root.href)).flatMap(importsIn);
  } finally {
    await Deno.remove(entry);
  }
}

/** The imports of a module of the project, of code and of types. */
function importsIn({ specifier, dependencies = [] }: ModuleInfo): Import[] {
  const inProject = (url: string) => url.startsWith(root.href) ? url.slice(root.href.length) : url;
  return dependencies.flatMap(({ specifier: written, code, type }) => {
    const targets = [code?.specifier, type?.specifier].filter((target) => target !== undefined);
    return targets.map((to) => ({ from: inProject(specifier), written, to: inProject(to) }));
  });
}

if (import.meta.main) {
  const files = [...filesIn("")].sort();
  const imports = await importsOf(files);
  const wrong = [
    ...wrongImports(imports),
    ...files.flatMap((file) => wrongNames(file, Deno.readTextFileSync(new URL(file, root)))),
  ];
  for (const sentence of wrong) console.error(sentence);
  if (wrong.length > 0) Deno.exit(1);
  console.log(`${imports.length} imports in ${files.length} files point the right way`);
}
