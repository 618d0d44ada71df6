import { isNode, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { messageOf } from './errors.js';

export type CheckedYaml<Value> =
  | { readonly value: Value; readonly faults: null }
  /** Each with its line: `line 3: teams.0.name: …`. */
  | { readonly value: null; readonly faults: readonly string[] };

/** A YAML text as the schema wants it, or what is wrong with it and where. Aliases are refused: they can make a file explode. */
export function checkedYaml<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
): CheckedYaml<z.output<Schema>> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [fault] = document.errors;
  if (fault !== undefined)
    return { value: null, faults: [`line ${lines.linePos(fault.pos[0]).line}: ${messageOf(fault)}`] };
  let content: unknown;
  try {
    content = document.toJS({ maxAliasCount: 0 });
  } catch (thrown) {
    return { value: null, faults: [messageOf(thrown)] };
  }
  const result = schema.safeParse(content);
  if (result.success) return { value: result.data, faults: null };

  /** The line of what is wrong, or of what should hold the missing thing. */
  const lineOf = (path: readonly PropertyKey[]): number => {
    const node = document.getIn(path, true);
    const at = isNode(node) ? node.range?.[0] : undefined;
    if (at !== undefined) return lines.linePos(at).line;
    return path.length === 0 ? 1 : lineOf(path.slice(0, -1));
  };
  const faults = result.error.issues.map(
    (issue) => `line ${lineOf(issue.path)}: ${issue.path.join('.') || 'the file'}: ${messageOfIssue(issue)}`,
  );
  return { value: null, faults };
}

/** Of a key that may not be one, the reason why. */
function messageOfIssue(issue: z.core.$ZodIssue): string {
  const [why] = issue.code === 'invalid_key' ? issue.issues : [];
  return why?.message ?? issue.message;
}
