/**
 * Evaluates a value once and gives it a name in an expression. A macro's parameter is copied to each place that names it:
 * nested copies would double with each level.
 */
export function letSql(name: string, value: string, body: string): string {
  return `list_transform([${value}], lambda "${name}": ${body})[1]`;
}
