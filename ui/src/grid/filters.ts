/** A list's filters live in the address, so that they can be shared and gone back to. */

import { useCallback, useMemo } from "react";
import { useSearchParams } from "wouter";

/** What a field of a filter may hold. */
export type FilterKind = "text" | "one" | "many" | "time";
export type FilterFields = Record<string, FilterKind>;
export type FilterValues = Record<string, string | string[]>;

/** Reads the filter out of the address; unknown fields and empty values are left out. */
export function readFilter(search: URLSearchParams, fields: FilterFields): FilterValues {
  const values: FilterValues = {};
  for (const [name, kind] of Object.entries(fields)) {
    const raw = search.get(name);
    if (!raw) continue;
    values[name] = kind === "many" ? raw.split(",").filter(Boolean) : raw;
  }
  return values;
}

/** Writes one field into the address; nothing removes it. */
export function writeFilter(search: URLSearchParams, name: string, value: string | string[]): URLSearchParams {
  const next = new URLSearchParams(search);
  const text = Array.isArray(value) ? value.join(",") : value;
  if (text) next.set(name, text);
  else next.delete(name);
  return next;
}

/** The filter in words, as a dialog shows it. */
export function inWords(values: FilterValues): string[] {
  return Object.entries(values).map(([name, value]) => {
    const shown = Array.isArray(value) ? value.join(" or ") : value;
    const verb = name.endsWith("_contains") ? "contains" : "=";
    return `${name.replace(/_contains$/, "")} ${verb} ${shown}`;
  });
}

export function useFilters(fields: FilterFields) {
  const [search, setSearch] = useSearchParams();
  const values = useMemo(() => readFilter(search, fields), [search, fields]);
  const set = useCallback(
    (name: string, value: string | string[]) =>
      setSearch((before) => writeFilter(before, name, value), { replace: true }),
    [setSearch],
  );
  const reset = useCallback(
    () =>
      setSearch(
        (before) => {
          const next = new URLSearchParams(before);
          for (const name of Object.keys(fields)) next.delete(name);
          return next;
        },
        { replace: true },
      ),
    [setSearch, fields],
  );
  return { values, set, reset, active: Object.keys(values).length };
}

/** One parameter of the address, such as the open drawer. */
export function useAddress(name: string): [string | undefined, (value: string | undefined) => void] {
  const [search, setSearch] = useSearchParams();
  const set = useCallback(
    (value: string | undefined) => setSearch((before) => writeFilter(before, name, value ?? "")),
    [setSearch, name],
  );
  return [search.get(name) ?? undefined, set];
}
