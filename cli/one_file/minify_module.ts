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
  const { code: short } = await minify(shadersFirst(ast) as never, {
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
  readonly type: string;
  readonly declarations?: readonly { readonly init: Expression | null }[];
}

interface Expression {
  readonly type: string;
  readonly properties?: readonly { readonly computed: boolean; readonly value: Expression }[];
}

/** Moves shaders next to each other, since gzip's window is only 32 KB. */
function shadersFirst(program: Program): Program {
  const body = program.body.flatMap((statement): Statement[] =>
    statement.declarations?.map((one) => ({ ...statement, declarations: [one] })) ?? [statement]
  );
  return {
    ...program,
    body: [...body.filter(mayHaveShader), ...body.filter((one) => !mayHaveShader(one))],
  };
}

/** Whether a statement is literals by name, or a function with WGSL; both may be anywhere. */
function mayHaveShader(statement: Statement): boolean {
  return statement.type === "FunctionDeclaration"
    ? /\bfn \w+\(/.test(JSON.stringify(statement))
    : isLiteral(statement.declarations?.[0]?.init);
}

function isLiteral(part: Expression | null | undefined): boolean {
  if (part?.type === "Literal") return true;
  return part?.properties?.every(({ computed, value }) => !computed && isLiteral(value)) === true;
}
