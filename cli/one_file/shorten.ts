/**
 * Makes a bundled module short.
 *
 * @module
 */
import { minify, type MinifyOptions } from "terser";

/** Says the same in fewer words than the bundler does, which looks at one expression at a time. */
export async function shorten(code: string): Promise<string> {
  const { code: terse } = await minify(code, {
    module: true,
    ecma: 2020,
    // Reading a property does nothing else here; and "1 < x" for "x > 1" makes fewer alike.
    compress: { passes: 2, pure_getters: true, lhs_constants: false },
  });
  // Not every tree that compressing leaves behind can be handed on, so it is read once more.
  const { ast } = await minify(terse!, {
    module: true,
    mangle: false,
    compress: false,
    format: { spidermonkey: true, code: false },
  } as MinifyOptions) as unknown as { ast: Program };
  const { code: short } = await minify(textsFirst(ast) as never, {
    module: true,
    mangle: false,
    compress: { defaults: false, join_vars: true },
    parse: { spidermonkey: true },
  } as MinifyOptions);
  return short! + "\n";
}

/** A module as ESTree has it, as far as it matters here. */
interface Program {
  readonly body: readonly Statement[];
}

interface Statement {
  readonly declarations?: readonly { readonly init: { readonly type: string } | null }[];
}

/** The module with its shaders side by side: gzip looks back no farther than 32 KB. */
function textsFirst(program: Program): Program {
  const body = program.body.flatMap((statement): Statement[] =>
    statement.declarations?.map((one) => ({ ...statement, declarations: [one] })) ?? [statement]
  );
  const isText = ({ declarations }: Statement) => declarations?.[0]?.init?.type === "Literal";
  return { ...program, body: [...body.filter(isText), ...body.filter((one) => !isText(one))] };
}
