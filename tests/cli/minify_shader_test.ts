/**
 * Minified shaders.
 */
import assert from "node:assert/strict";
import { minifyShader } from "../../cli/one_file/minify_shader.ts";

Deno.test("minifyShader() removes comments and white space, and shortens local names", () => {
  assert.equal(
    minifyShader(`
const plane = rows * columns;  // of the output

// The sum.
fn add(first: f32, @builtin(local_invocation_id) id: vec3u) -> f32 {
  let half = first / 2.0;  // of the first
  for (var position = 0; position < plane; position++) { total += half - -1.0; }
  return half * f32(id.x);
}
`),
    " const plane=rows*columns;" +
      "fn add(f:f32,@builtin(local_invocation_id)i:vec3u)->f32{let h=f/2.0;" +
      "for(var p=0;p<plane;p++){total+=h- -1.0;}return h*f32(i.x);}",
  );
});

Deno.test("minifyShader() does not rename members, or what may be in inserted text", () => {
  const shader = "fn f(a: f32) -> f32 { let alpha = a; return alpha * x.alpha; }";
  assert.equal(minifyShader(shader), "fn f(a:f32)->f32{let l=a;return l*x.alpha;}");
  const spliced = "fn f(first: f32, next: f32) -> f32 { let part${i} = next; return ${sum}; }";
  assert.equal(
    minifyShader(spliced, "const sum = `first + ${n}`;"),
    "fn f(first:f32,e:f32)->f32{let part${i} =e;return ${sum};}",
  );
});
