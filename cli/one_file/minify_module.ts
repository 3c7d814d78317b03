/**
 * Minifies a bundled module.
 *
 * @module
 */
import { minify, type MinifyOptions } from "terser";

/** Minifies further than the bundler, which optimizes single expressions only. */
export async function minifyModule(code: string): Promise<string> {
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
  const { code: short } = await minify(literalsFirst(ast) as never, {
    module: true,
    mangle: false,
    compress: { defaults: false, join_vars: true },
    parse: { spidermonkey: true },
  } as MinifyOptions);
  return short! + "\n";
}

/** The used part of an ESTree module. */
interface Program {
  readonly body: readonly Statement[];
}

interface Statement {
  readonly declarations?: readonly { readonly init: { readonly type: string } | null }[];
}

/** Moves shaders next to each other, since gzip's window is only 32 KB. */
function literalsFirst(program: Program): Program {
  const body = program.body.flatMap((statement): Statement[] =>
    statement.declarations?.map((one) => ({ ...statement, declarations: [one] })) ?? [statement]
  );
  const isLiteral = ({ declarations }: Statement) => declarations?.[0]?.init?.type === "Literal";
  return {
    ...program,
    body: [...body.filter(isLiteral), ...body.filter((one) => !isLiteral(one))],
  };
}
