/** The part of JSON Schema (2020-12) that forms are made from, and what of a schema it can't show. */

export interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  title?: string;
  description?: string;
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  examples?: unknown[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
  writeOnly?: boolean;
  readOnly?: boolean;
}

/** How one place of a schema is shown. */
export type Shape =
  | { kind: "object"; fields: [name: string, schema: Schema, required: boolean][] }
  | { kind: "text"; long: boolean; secret: boolean; input: "text" | "email" | "url" | "datetime-local" | "date" }
  | { kind: "number"; whole: boolean }
  | { kind: "flag" }
  | { kind: "choice"; values: (string | number)[] }
  | { kind: "lines"; of: "text" | "number"; values?: (string | number)[] }
  | { kind: "list"; items: Schema }
  | { kind: "map"; values: Schema }
  | { kind: "variants"; variants: { title: string; schema: Schema }[] }
  | { kind: "raw" };

/** Follows references and takes "or null" away; a schema that is all of one other is that other. */
export function resolve(schema: Schema, root: Schema, depth = 0): Schema {
  if (depth > 16) return {};
  if (schema.$ref) {
    const name = schema.$ref.split("/").at(-1) ?? "";
    const { $ref: _, ...own } = schema;
    return { ...resolve(root.$defs?.[name] ?? {}, root, depth + 1), ...own };
  }
  const [only] = schema.allOf ?? [];
  if (only && schema.allOf?.length === 1) {
    const { allOf: _, ...own } = schema;
    return { ...resolve(only, root, depth + 1), ...own };
  }
  const branches = schema.anyOf ?? schema.oneOf;
  const real = branches?.filter((branch) => branch.type !== "null");
  if (branches && real && real.length < branches.length) {
    const { anyOf: _a, oneOf: _o, ...own } = schema;
    const [one] = real;
    return real.length === 1 && one ? { ...resolve(one, root, depth + 1), ...own } : { ...own, oneOf: real };
  }
  if (Array.isArray(schema.type)) {
    const types = schema.type.filter((type) => type !== "null");
    if (types.length === 1 && types[0]) return { ...schema, type: types[0] };
  }
  return schema;
}

/** How a schema (resolved or not) is shown. */
export function shapeOf(given: Schema, root: Schema): Shape {
  const schema = resolve(given, root);
  if (schema.const !== undefined && isPlain(schema.const)) return { kind: "choice", values: [schema.const] };
  if (schema.enum) {
    const values = schema.enum.filter(isPlain);
    return values.length > 0 ? { kind: "choice", values } : { kind: "raw" };
  }
  const variants = schema.oneOf ?? schema.anyOf;
  if (variants) return variantsOf(variants, root);
  switch (schema.type) {
    case "object":
      return objectShape(schema);
    case "string":
      return textShape(schema);
    case "integer":
    case "number":
      return { kind: "number", whole: schema.type === "integer" };
    case "boolean":
      return { kind: "flag" };
    case "array":
      return listShape(schema, root);
    default:
      return schema.properties ? objectShape(schema) : { kind: "raw" };
  }
}

function isPlain(value: unknown): value is string | number {
  return typeof value === "string" || typeof value === "number";
}

function objectShape(schema: Schema): Shape {
  const fields = Object.entries(schema.properties ?? {});
  if (fields.length === 0) {
    return typeof schema.additionalProperties === "object"
      ? { kind: "map", values: schema.additionalProperties }
      : { kind: "object", fields: [] };
  }
  const required = new Set(schema.required ?? []);
  return {
    kind: "object",
    fields: fields
      .filter(([, field]) => !field.readOnly)
      .map(([name, field]) => [name, field, required.has(name)]),
  };
}

function textShape(schema: Schema): Shape {
  const inputs = { email: "email", uri: "url", "date-time": "datetime-local", date: "date" } as const;
  const input = inputs[schema.format as keyof typeof inputs] ?? "text";
  const secret = schema.format === "password" || schema.writeOnly === true;
  const long = schema.format === "textarea" || schema.format === "byte" || (schema.maxLength ?? 0) > 400;
  return { kind: "text", long, secret, input };
}

function listShape(schema: Schema, root: Schema): Shape {
  const items = schema.items ?? {};
  const inner = shapeOf(items, root);
  if (inner.kind === "text" && !inner.secret) return { kind: "lines", of: "text" };
  if (inner.kind === "number") return { kind: "lines", of: "number" };
  if (inner.kind === "choice") return { kind: "lines", of: "text", values: inner.values };
  return { kind: "list", items };
}

function variantsOf(variants: Schema[], root: Schema): Shape {
  const constants = variants.map((variant) => resolve(variant, root).const);
  if (constants.every(isPlain)) return { kind: "choice", values: constants };
  return {
    kind: "variants",
    variants: variants.map((variant, at) => {
      const schema = resolve(variant, root);
      return { title: schema.title ?? Object.keys(schema.properties ?? {})[0] ?? `Form ${at + 1}`, schema };
    }),
  };
}

/** Places of a schema that only a box of raw JSON could fill. */
export function gaps(schema: Schema, root: Schema = schema, at = ""): string[] {
  if (at.split("/").length > 8) return [];
  const shape = shapeOf(schema, root);
  switch (shape.kind) {
    case "raw":
      return [at || "/"];
    case "object":
      return shape.fields.flatMap(([name, field]) => gaps(field, root, `${at}/${name}`));
    case "list":
      return gaps(shape.items, root, `${at}/0`);
    case "map":
      return gaps(shape.values, root, `${at}/*`);
    case "variants":
      return shape.variants.flatMap((variant) => gaps(variant.schema, root, at));
    default:
      return [];
  }
}
