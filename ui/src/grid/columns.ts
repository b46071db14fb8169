/** A column of a grid, and what readers may change about it. */

import type { ReactNode } from "react";

export interface Column<Row> {
  /** The field's name in the API. */
  key: string;
  title: string;
  /** The column's share of the width as CSS grid understands it, such as `minmax(160px, 2fr)`. */
  width: string;
  align?: "right";
  /** The name to sort by, where the API has an index for it. */
  sort?: string;
  /** Hidden until asked for. */
  extra?: boolean;
  render: (row: Row) => ReactNode;
}

/** Which columns a reader sees. `changes` holds the names that differ from the usual. */
export function visibleColumns<Row>(columns: readonly Column<Row>[], changes: ReadonlySet<string>): Column<Row>[] {
  return columns.filter((column) => (column.extra ?? false) === changes.has(column.key));
}

export interface Sort {
  by: string;
  descending: boolean;
}

/** `-updated_at` is "by updated_at, newest first". */
export function parseSort(text: string | undefined, usual: string): Sort {
  const value = text || usual;
  return value.startsWith("-") ? { by: value.slice(1), descending: true } : { by: value, descending: false };
}

export function nextSort(current: Sort, by: string): string {
  if (current.by !== by) return `-${by}`;
  return current.descending ? by : `-${by}`;
}
