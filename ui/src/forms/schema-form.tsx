/** A form made from a JSON schema: what the server asks for is what one can fill in. */

import { Plus, Trash2 } from "lucide-react";
import { useId } from "react";
import { Button, IconButton } from "@/ui/button";
import { Field, PasswordInput } from "@/ui/field";
import { type Errors, escapePointer, isObject } from "./check";
import { resolve, type Schema, type Shape, shapeOf } from "./schema";

interface FormProps {
  schema: Schema;
  value: unknown;
  onChange: (value: unknown) => void;
  errors: Errors;
}

export function SchemaForm({ schema, value, onChange, errors }: FormProps) {
  return (
    <Place
      schema={schema}
      root={schema}
      at=""
      value={value}
      onChange={onChange}
      errors={errors}
      label=""
      required
    />
  );
}

interface PlaceProps extends FormProps {
  root: Schema;
  /** Its JSON pointer. */
  at: string;
  label: string;
  required: boolean;
}

function Place(props: PlaceProps) {
  const { schema, root, at, label } = props;
  const shape = shapeOf(schema, root);
  switch (shape.kind) {
    case "object":
      return <ObjectPlace {...props} fields={shape.fields} />;
    case "flag":
      return <FlagPlace {...props} />;
    case "list":
      return <ListPlace {...props} items={shape.items} />;
    case "map":
      return <MapPlace {...props} values={shape.values} />;
    case "variants":
      return <VariantsPlace {...props} variants={shape.variants} />;
    default:
      return (
        <Field
          label={label || at}
          hint={resolve(schema, root).description}
          error={props.errors[at]}
          optional={!props.required}
        >
          {(tie) => <Input {...props} shape={shape} tie={tie} />}
        </Field>
      );
  }
}

interface InputProps extends PlaceProps {
  shape: Shape;
  tie: { id: string };
}

function Input({ schema, root, value, onChange, shape, tie, required, at }: InputProps) {
  const bound = resolve(schema, root);
  const example = bound.examples?.[0];
  const placeholder = bound.default !== undefined && bound.default !== null ? String(bound.default) : undefined;
  const text = value === undefined || value === null ? "" : String(value);
  const shared = { ...tie, name: at, "aria-required": required, "data-pointer": at };
  switch (shape.kind) {
    case "choice":
      return (
        <select
          {...shared}
          className="input"
          value={text}
          onChange={(event) => onChange(shape.values.find((option) => String(option) === event.target.value))}
        >
          <option value="">–</option>
          {shape.values.map((option) => (
            <option key={option} value={option}>
              {option}
            </option>
          ))}
        </select>
      );
    case "number":
      return (
        <input
          {...shared}
          className="input"
          type="number"
          inputMode={shape.whole ? "numeric" : "decimal"}
          step={shape.whole ? 1 : "any"}
          min={bound.minimum}
          max={bound.maximum}
          placeholder={placeholder}
          value={text}
          onChange={(event) => onChange(event.target.value === "" ? undefined : event.target.valueAsNumber)}
        />
      );
    case "lines":
      return (
        <textarea
          {...shared}
          className="input font-mono"
          placeholder={shape.values ? `one per line: ${shape.values.join(", ")}` : "one per line"}
          value={Array.isArray(value) ? value.join("\n") : ""}
          onChange={(event) => onChange(linesOf(event.target.value, shape.of))}
        />
      );
    case "text":
      if (shape.secret) {
        return (
          <PasswordInput
            {...shared}
            autoComplete="off"
            value={text}
            onChange={(event) => onChange(event.target.value)}
          />
        );
      }
      if (shape.long) {
        return (
          <textarea
            {...shared}
            className="input"
            value={text}
            onChange={(event) => onChange(event.target.value)}
          />
        );
      }
      return (
        <input
          {...shared}
          className="input"
          type={shape.input}
          placeholder={placeholder ?? (typeof example === "string" ? example : undefined)}
          value={shape.input === "datetime-local" ? localTime(text) : text}
          onChange={(event) =>
            onChange(shape.input === "datetime-local" ? isoTime(event.target.value) : event.target.value)
          }
        />
      );
    default:
      return <RawInput {...shared} value={value} onChange={onChange} />;
  }
}

/** The last resort: JSON as text. What can't be read is kept as text and judged by the server. */
function RawInput({ value, onChange, ...rest }: { value: unknown; onChange: (value: unknown) => void }) {
  const text = typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value, null, 2);
  const read = (typed: string) => {
    try {
      onChange(typed === "" ? undefined : JSON.parse(typed));
    } catch {
      onChange(typed);
    }
  };
  return (
    <textarea
      {...rest}
      className="input font-mono"
      placeholder="JSON"
      value={text}
      onChange={(event) => read(event.target.value)}
    />
  );
}

interface ObjectProps extends PlaceProps {
  fields: [string, Schema, boolean][];
}

function ObjectPlace({ fields, root, at, value, onChange, errors, label }: ObjectProps) {
  const held = isObject(value) ? value : {};
  const inner = fields.map(([name, field, required]) => (
    <Place
      key={name}
      schema={field}
      root={root}
      at={`${at}/${escapePointer(name)}`}
      label={titled(name)}
      required={required}
      value={held[name]}
      onChange={(next) => onChange({ ...held, [name]: next })}
      errors={errors}
    />
  ));
  if (at === "") return <div className="grid gap-3">{inner}</div>;
  return (
    <fieldset className="grid gap-3 rounded-control border border-line px-3 pt-1 pb-3">
      <legend className="px-1 font-medium text-meta">{label}</legend>
      {inner}
      <PlaceError text={errors[at]} />
    </fieldset>
  );
}

function FlagPlace({ schema, root, at, value, onChange, errors, label, required }: PlaceProps) {
  const id = useId();
  const bound = resolve(schema, root);
  const usual = bound.default === true;
  return (
    <div>
      <label htmlFor={id} className="flex items-center gap-2">
        <input
          id={id}
          type="checkbox"
          data-pointer={at}
          className="size-4"
          checked={value === undefined ? usual : value === true}
          onChange={(event) =>
            onChange(event.target.checked || required || usual ? event.target.checked : undefined)
          }
        />
        {label}
      </label>
      {bound.description && <p className="ml-6 text-fg-3 text-meta">{bound.description}</p>}
      <PlaceError text={errors[at]} />
    </div>
  );
}

function ListPlace({ items, root, at, value, onChange, errors, label }: PlaceProps & { items: Schema }) {
  const held = Array.isArray(value) ? value : [];
  return (
    <fieldset className="grid gap-3 rounded-control border border-line px-3 pt-1 pb-3">
      <legend className="px-1 font-medium text-meta">{label}</legend>
      {held.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the place is what the pointer names
        <div key={index} className="flex items-start gap-2">
          <div className="min-w-0 flex-1">
            <Place
              schema={items}
              root={root}
              at={`${at}/${index}`}
              label={`${label} ${index + 1}`}
              required
              value={item}
              onChange={(next) => onChange(held.with(index, next))}
              errors={errors}
            />
          </div>
          <IconButton
            icon={Trash2}
            label={`Remove ${label} ${index + 1}`}
            onClick={() => onChange(held.toSpliced(index, 1))}
          />
        </div>
      ))}
      <div>
        <Button icon={Plus} onClick={() => onChange([...held, undefined])}>
          Add
        </Button>
      </div>
      <PlaceError text={errors[at]} />
    </fieldset>
  );
}

function MapPlace({ values, root, at, value, onChange, errors, label }: PlaceProps & { values: Schema }) {
  const held = Object.entries(isObject(value) ? value : {});
  const change = (entries: [string, unknown][]) => onChange(Object.fromEntries(entries));
  return (
    <fieldset className="grid gap-2 rounded-control border border-line px-3 pt-1 pb-3">
      <legend className="px-1 font-medium text-meta">{label}</legend>
      {held.map(([name, inner], index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the name changes while one types it
        <div key={index} className="grid grid-cols-[1fr_2fr_32px] items-end gap-2">
          <Field label="Name">
            {(tie) => (
              <input
                {...tie}
                className="input"
                value={name}
                onChange={(event) => change(held.with(index, [event.target.value, inner]))}
              />
            )}
          </Field>
          <Place
            schema={values}
            root={root}
            at={`${at}/${escapePointer(name)}`}
            label="Value"
            required
            value={inner}
            onChange={(next) => change(held.with(index, [name, next]))}
            errors={errors}
          />
          <IconButton icon={Trash2} label={`Remove ${name}`} onClick={() => change(held.toSpliced(index, 1))} />
        </div>
      ))}
      <div>
        <Button icon={Plus} onClick={() => change([...held, [`name${held.length + 1}`, undefined]])}>
          Add
        </Button>
      </div>
      <PlaceError text={errors[at]} />
    </fieldset>
  );
}

interface VariantsProps extends PlaceProps {
  variants: { title: string; schema: Schema }[];
}

function VariantsPlace({ variants, root, at, value, onChange, errors, label }: VariantsProps) {
  const group = useId();
  const chosen = variants.findIndex((variant) => fits(value, variant.schema));
  const variant = variants[chosen];
  return (
    <fieldset className="grid gap-3 rounded-control border border-line px-3 pt-1 pb-3">
      <legend className="px-1 font-medium text-meta">{label || "One of"}</legend>
      <div className="flex flex-wrap gap-4">
        {variants.map((option, index) => (
          <label key={option.title} className="flex items-center gap-1.5">
            <input
              type="radio"
              name={group}
              checked={index === chosen}
              onChange={() => onChange(startOf(option.schema))}
            />
            {titled(option.title)}
          </label>
        ))}
      </div>
      {variant && (
        <Place
          schema={variant.schema}
          root={root}
          at={at}
          label=""
          required
          value={value}
          onChange={onChange}
          errors={errors}
        />
      )}
      <PlaceError text={errors[at]} />
    </fieldset>
  );
}

/** Whether a value is of that variant: it has the variant's own properties, and its constants. */
function fits(value: unknown, schema: Schema): boolean {
  if (!isObject(value)) return false;
  const properties = Object.entries(schema.properties ?? {});
  const constants = properties.filter(([, field]) => field.const !== undefined);
  if (constants.length > 0) return constants.every(([name, field]) => value[name] === field.const);
  return (
    Object.keys(value).some((name) => schema.properties?.[name]) &&
    Object.keys(value).every((name) => schema.properties?.[name])
  );
}

function startOf(schema: Schema): Record<string, unknown> {
  const properties = Object.entries(schema.properties ?? {});
  const constants = properties
    .filter(([, field]) => field.const !== undefined)
    .map(([name, field]) => [name, field.const]);
  if (constants.length > 0) return Object.fromEntries(constants);
  const first = properties[0]?.[0];
  return first ? { [first]: undefined } : {};
}

function PlaceError({ text }: { text: string | undefined }) {
  return text ? <p className="text-danger text-meta">{text}</p> : null;
}

function linesOf(text: string, of: "text" | "number"): unknown[] | undefined {
  if (text === "") return undefined;
  const lines = text.split("\n");
  return of === "text" ? lines : lines.map((line) => (line.trim() === "" ? line : Number(line)));
}

/** `max_pages` is "Max pages". */
export function titled(name: string): string {
  const words = name.replaceAll(/[_.]/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A UTC time as the browser's field shows it, in the reader's zone. */
function localTime(text: string): string {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) return "";
  const shifted = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

function isoTime(text: string): string | undefined {
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}
