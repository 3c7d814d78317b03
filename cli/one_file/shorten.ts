/**
 * Minifies a bundled module.
 *
 * @module
 */
import { minify, type MinifyOptions } from "terser";

/** Minifies further than the bundler, which only looks at single expressions. */
export async function shorten(code: string): Promise<string> {
  const { code: terse } = await minify(code, {
    module: true,
    ecma: 2020,
    // No getter has side effects; and comparisons stay the way around that repeats more often.
    compress: { passes: 2, pure_getters: true, lhs_constants: false },
  });
  // The compressor may leave an invalid tree, so its output is parsed again.
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

/** The part of an ESTree module that matters here. */
interface Program {
  readonly body: readonly Statement[];
}

interface Statement {
  readonly declarations?: readonly { readonly init: { readonly type: string } | null }[];
}

/** Moves shaders next to each other: gzip's window is only 32 KB. */
function textsFirst(program: Program): Program {
  const body = program.body.flatMap((statement): Statement[] =>
    statement.declarations?.map((one) => ({ ...statement, declarations: [one] })) ?? [statement]
  );
  const isText = ({ declarations }: Statement) => declarations?.[0]?.init?.type === "Literal";
  return { ...program, body: [...body.filter(isText), ...body.filter((one) => !isText(one))] };
}
