/** What is ticked: single rows, or everything that matches the filter. Pure, so that it can be tested as a table. */

export type Selection =
  | { kind: "rows"; ids: ReadonlySet<string>; anchor: string | undefined }
  | { kind: "matching" };

export const NOTHING: Selection = { kind: "rows", ids: new Set(), anchor: undefined };

export type SelectionStep =
  | { do: "toggle"; id: string }
  /** All rows between the last ticked one and this one, as they stand in the list. */
  | { do: "extend"; id: string; order: readonly string[] }
  | { do: "loaded"; order: readonly string[] }
  | { do: "matching" }
  | { do: "clear" }
  /** Rows that are gone from the list stay ticked; this drops those that no longer exist. */
  | { do: "keep"; ids: ReadonlySet<string> };

export function select(selection: Selection, step: SelectionStep): Selection {
  const ids = selection.kind === "rows" ? selection.ids : new Set<string>();
  const anchor = selection.kind === "rows" ? selection.anchor : undefined;
  switch (step.do) {
    case "toggle": {
      const next = new Set(ids);
      if (!next.delete(step.id)) next.add(step.id);
      return { kind: "rows", ids: next, anchor: step.id };
    }
    case "extend": {
      const from = anchor === undefined ? -1 : step.order.indexOf(anchor);
      const to = step.order.indexOf(step.id);
      if (from < 0 || to < 0) return select(selection, { do: "toggle", id: step.id });
      const range = step.order.slice(Math.min(from, to), Math.max(from, to) + 1);
      return { kind: "rows", ids: new Set([...ids, ...range]), anchor: step.id };
    }
    case "loaded": {
      const all = step.order.length > 0 && step.order.every((id) => ids.has(id));
      return all ? NOTHING : { kind: "rows", ids: new Set([...ids, ...step.order]), anchor };
    }
    case "matching":
      return { kind: "matching" };
    case "clear":
      return NOTHING;
    case "keep":
      if (selection.kind === "matching") return selection;
      return { kind: "rows", ids: new Set([...ids].filter((id) => step.ids.has(id))), anchor };
  }
}

export function isSelected(selection: Selection, id: string): boolean {
  return selection.kind === "matching" || selection.ids.has(id);
}

/** How many are ticked; none stands for "all that match". */
export function selectedCount(selection: Selection): number | undefined {
  return selection.kind === "matching" ? undefined : selection.ids.size;
}

/** The selector that the API's bulk actions take. */
export function selectorOf(selection: Selection, filter: Record<string, unknown>): Record<string, unknown> {
  if (selection.kind === "rows") return { ids: [...selection.ids] };
  return Object.keys(filter).length > 0 ? { filter } : { filter, all: true };
}
