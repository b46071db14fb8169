/** What a browser can tell of a value before the server judges it. Errors stand at JSON pointers, as the server's do. */

import { resolve, type Schema, shapeOf } from "./schema";

export type Errors = Record<string, string>;

/** What is wrong with a value. */
export function check(value: unknown, schema: Schema, root: Schema = schema, at = ""): Errors {
  const shape = shapeOf(schema, root);
  const bound = resolve(schema, root);
  switch (shape.kind) {
    case "object": {
      const fields = isObject(value) ? value : {};
      return Object.assign(
        {},
        ...shape.fields.map(([name, field, required]) => {
          const inner = fields[name];
          const place = `${at}/${escapePointer(name)}`;
          if (isMissing(inner)) return required ? { [place]: "Needed" } : {};
          return check(inner, field, root, place);
        }),
      );
    }
    case "number":
      return checkNumber(value, bound, shape.whole, at);
    case "text":
      return checkText(value, bound, at);
    case "lines":
    case "list":
      return checkList(value, bound, root, at);
    default:
      return {};
  }
}

function checkNumber(value: unknown, schema: Schema, whole: boolean, at: string): Errors {
  if (typeof value !== "number" || Number.isNaN(value)) return { [at]: "A number, please" };
  if (whole && !Number.isInteger(value)) return { [at]: "A whole number, please" };
  if (schema.minimum !== undefined && value < schema.minimum) return { [at]: `At least ${schema.minimum}` };
  if (schema.maximum !== undefined && value > schema.maximum) return { [at]: `At most ${schema.maximum}` };
  return {};
}

function checkText(value: unknown, schema: Schema, at: string): Errors {
  const text = String(value);
  if (schema.minLength !== undefined && text.length < schema.minLength) {
    return { [at]: `At least ${schema.minLength} characters` };
  }
  if (schema.maxLength !== undefined && text.length > schema.maxLength) {
    return { [at]: `At most ${schema.maxLength} characters` };
  }
  if (schema.pattern && !matches(schema.pattern, text)) return { [at]: `Must match ${schema.pattern}` };
  return {};
}

function checkList(value: unknown, schema: Schema, root: Schema, at: string): Errors {
  const items = Array.isArray(value) ? value : [];
  if (schema.minItems !== undefined && items.length < schema.minItems)
    return { [at]: `At least ${schema.minItems}` };
  if (schema.maxItems !== undefined && items.length > schema.maxItems)
    return { [at]: `At most ${schema.maxItems}` };
  return Object.assign({}, ...items.map((item, index) => check(item, schema.items ?? {}, root, `${at}/${index}`)));
}

/** True if the pattern is one that this browser does not know: the server will judge then. */
function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, "u").test(text);
  } catch {
    return true;
  }
}

export function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A name as a step of a JSON pointer (RFC 6901). */
export function escapePointer(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** A value without what was left empty. */
export function pruned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pruned);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, inner]): [string, unknown] => [name, pruned(inner)])
      .filter(([, inner]) => !isMissing(inner) && !(isObject(inner) && Object.keys(inner).length === 0)),
  );
}
