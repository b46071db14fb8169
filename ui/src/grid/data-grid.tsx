/** The one list of the control plane: millions of rows, few in memory, all within reach of keyboard and screen reader. */

import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { type Tone, toneClass } from "@/ui/badge";
import { classes } from "@/ui/classes";
import { preference } from "@/ui/preferences";
import { Skeleton, Wrong } from "@/ui/states";
import { type Column, nextSort, type Sort } from "./columns";
import type { usePages } from "./pages";
import { isSelected, type Selection, type SelectionStep } from "./selection";

/** Pages are asked for this many rows before they come into sight. */
const AHEAD = 20;
const HEIGHTS = { comfortable: 36, compact: 28 };
const CARD_HEIGHT = 78;

export const density = preference<"comfortable" | "compact">("density", "comfortable");

export interface DataGridProps<Row> {
  /** What is listed, for those who don't see the page: "Jobs". */
  label: string;
  columns: readonly Column<Row>[];
  pages: ReturnType<typeof usePages<Row>>;
  idOf: (row: Row) => string;
  sort?: Sort;
  onSort?: (sort: string) => void;
  /** Without it rows can't be ticked. */
  selection?: Selection;
  onSelect?: (step: SelectionStep) => void;
  open?: string | undefined;
  onOpen?: (id: string) => void;
  /** The bar at a row's edge. */
  toneOf?: (row: Row) => Tone | undefined;
  rowMenu?: (row: Row) => ReactNode;
  /** A row as a card, for narrow screens. */
  card: (row: Row) => ReactNode;
  empty: ReactNode;
  /** What a single key does to the row that has the focus. */
  onKey?: (key: string, row: Row) => boolean;
}

export function DataGrid<Row>(props: DataGridProps<Row>) {
  const { columns, pages, idOf, selection } = props;
  const { query, rows, before } = pages;
  const scroller = useRef<HTMLDivElement>(null);
  const narrow = useNarrow();
  const height = narrow ? CARD_HEIGHT : HEIGHTS[density.use()];
  const [focused, setFocused] = useState(0);
  const count = before + rows.length + (query.hasNextPage ? 1 : 0);
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 12,
  });
  useEffect(() => {
    void height;
    virtual.measure();
  }, [height, virtual]);
  const shown = virtual.getVirtualItems();
  const first = shown[0]?.index ?? 0;
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (query.isFetching) return;
    if (query.hasNextPage && last >= before + rows.length - AHEAD) void query.fetchNextPage();
    else if (query.hasPreviousPage && first < before + AHEAD) void query.fetchPreviousPage();
  }, [first, last, before, rows.length, query]);

  if (query.isPending) return <Loading height={height} />;
  if (query.isError && rows.length === 0)
    return <Wrong error={query.error} onRetry={() => void query.refetch()} />;
  if (rows.length === 0) return <div className="card">{props.empty}</div>;

  const order = rows.map(idOf);
  const template = classes(selection && "36px", ...columns.map((column) => column.width), props.rowMenu && "40px");
  const move = (to: number) => {
    const at = Math.max(0, Math.min(count - 1, to));
    setFocused(at);
    virtual.scrollToIndex(at);
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-row="${at}"]`)?.focus());
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const at = Number((event.target as HTMLElement).dataset.row);
    const row = rows[at - before];
    if (Number.isNaN(at) || !row || event.ctrlKey || event.metaKey || event.altKey) return;
    if (onRowKey(event.key, at, row, props, order, move)) event.preventDefault();
  };
  return (
    <div className="card relative flex min-h-0 flex-1 flex-col overflow-hidden">
      {query.isFetching && <div aria-hidden className="pulse absolute inset-x-0 top-0 z-20 h-0.5 bg-accent" />}
      {/* biome-ignore lint/a11y/useSemanticElements: rows are placed by a virtual list, which a table element can't do */}
      <div
        ref={scroller}
        role="table"
        aria-label={props.label}
        aria-rowcount={pages.total ?? -1}
        aria-busy={query.isFetching}
        onKeyDown={onKeyDown}
        className="min-h-0 flex-1 overflow-auto [contain:strict]"
      >
        <Head {...props} template={template} order={order} narrow={narrow} />
        {/* biome-ignore lint/a11y/useSemanticElements: as above */}
        <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
          {shown.map((item) => {
            const row = rows[item.index - before];
            return (
              <Line
                key={item.key}
                {...props}
                row={row}
                at={item.index}
                top={item.start}
                height={height}
                template={template}
                order={order}
                narrow={narrow}
                tabbable={item.index === focused || (focused < first && item.index === first)}
                onFocus={() => setFocused(item.index)}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** What the keyboard does on a row; true if it did something. */
function onRowKey<Row>(
  key: string,
  at: number,
  row: Row,
  props: DataGridProps<Row>,
  order: readonly string[],
  move: (to: number) => void,
): boolean {
  const id = props.idOf(row);
  switch (key) {
    case "ArrowDown":
    case "j":
      move(at + 1);
      return true;
    case "ArrowUp":
    case "k":
      move(at - 1);
      return true;
    case "PageDown":
      move(at + 15);
      return true;
    case "PageUp":
      move(at - 15);
      return true;
    case "Home":
      move(0);
      return true;
    case "Enter":
      props.onOpen?.(id);
      return props.onOpen !== undefined;
    case "x":
      props.onSelect?.({ do: "toggle", id });
      return props.onSelect !== undefined;
    case "X":
      props.onSelect?.({ do: "extend", id, order });
      return props.onSelect !== undefined;
    default:
      return props.onKey?.(key, row) ?? false;
  }
}

interface HeadProps<Row> extends DataGridProps<Row> {
  template: string;
  order: readonly string[];
  narrow: boolean;
}

function Head<Row>({
  columns,
  selection,
  onSelect,
  sort,
  onSort,
  rowMenu,
  template,
  order,
  narrow,
}: HeadProps<Row>) {
  const ticked = selection ? order.filter((id) => isSelected(selection, id)).length : 0;
  return (
    // biome-ignore lint/a11y/useSemanticElements: see above
    <div
      role="row"
      aria-rowindex={1}
      tabIndex={-1}
      className="sticky top-0 z-10 grid h-8 min-w-fit items-center border-line border-b bg-surface text-fg-2 text-meta"
      style={{ gridTemplateColumns: narrow ? "36px 1fr" : template }}
    >
      {selection && (
        <Cell heading>
          <input
            type="checkbox"
            aria-label="Tick all loaded rows"
            checked={ticked > 0 && ticked === order.length}
            ref={(box) => {
              if (box) box.indeterminate = ticked > 0 && ticked < order.length;
            }}
            onChange={() => onSelect?.({ do: "loaded", order })}
            className="mx-auto size-4"
          />
        </Cell>
      )}
      {narrow ? (
        <Cell heading>{columns[0]?.title}</Cell>
      ) : (
        columns.map((column) => {
          const sorted = sort && column.sort === sort.by;
          const Arrow = sort?.descending ? ArrowDown : ArrowUp;
          return (
            <Cell
              key={column.key}
              heading
              right={column.align === "right"}
              sorted={sorted ? (sort.descending ? "descending" : "ascending") : undefined}
            >
              {column.sort && sort && onSort ? (
                <button
                  type="button"
                  className="inline-flex items-center gap-1 font-medium hover:text-fg"
                  onClick={() => column.sort && onSort(nextSort(sort, column.sort))}
                >
                  {column.title}
                  {sorted && <Arrow aria-hidden size={12} />}
                </button>
              ) : (
                <span className="font-medium">{column.title}</span>
              )}
            </Cell>
          );
        })
      )}
      {rowMenu && !narrow && (
        <Cell heading>
          <span className="sr-only">Actions</span>
        </Cell>
      )}
    </div>
  );
}

interface LineProps<Row> extends HeadProps<Row> {
  row: Row | undefined;
  at: number;
  top: number;
  height: number;
  tabbable: boolean;
  onFocus: () => void;
}

function Line<Row>(props: LineProps<Row>) {
  const { row, at, top, height, template, order, selection, onSelect, narrow } = props;
  const place = {
    transform: `translateY(${top}px)`,
    height,
    gridTemplateColumns: narrow ? "36px 1fr 40px" : template,
  };
  const frame = "absolute inset-x-0 top-0 grid min-w-fit items-center border-line border-b outline-offset-[-2px]";
  if (!row) {
    return (
      <div aria-hidden className={frame} style={place}>
        <div className="skeleton col-span-full mx-3 h-4" />
      </div>
    );
  }
  const id = props.idOf(row);
  const ticked = selection ? isSelected(selection, id) : false;
  const tone = props.toneOf?.(row);
  return (
    // biome-ignore lint/a11y/useSemanticElements: see above
    <div
      role="row"
      aria-rowindex={at + 2}
      aria-selected={selection ? ticked : undefined}
      tabIndex={props.tabbable ? 0 : -1}
      data-row={at}
      onFocus={props.onFocus}
      onKeyDown={() => undefined}
      onClick={(event) => {
        if (!(event.target as HTMLElement).closest("a,button,input,[role=menuitem]")) props.onOpen?.(id);
      }}
      className={classes(
        frame,
        "hover:bg-surface-2",
        props.onOpen && "cursor-pointer",
        ticked && "bg-accent-soft hover:bg-accent-soft",
        props.open === id && "bg-surface-2 outline-2 outline-ring",
      )}
      style={place}
    >
      {tone && (
        <span
          aria-hidden
          className={classes(toneClass(tone), "absolute inset-y-0 left-0 w-[3px] bg-tone-solid")}
        />
      )}
      {selection && (
        <Cell>
          <input
            type="checkbox"
            aria-label="Tick this row"
            checked={ticked}
            readOnly
            onClick={(event) => onSelect?.(event.shiftKey ? { do: "extend", id, order } : { do: "toggle", id })}
            className="mx-auto size-4"
          />
        </Cell>
      )}
      {narrow ? (
        <Cell>{props.card(row)}</Cell>
      ) : (
        props.columns.map((column) => (
          <Cell key={column.key} right={column.align === "right"}>
            {column.render(row)}
          </Cell>
        ))
      )}
      {props.rowMenu && <Cell>{props.rowMenu(row)}</Cell>}
    </div>
  );
}

interface CellProps {
  children: ReactNode;
  heading?: boolean;
  right?: boolean;
  sorted?: "ascending" | "descending" | undefined;
}

function Cell({ children, heading = false, right = false, sorted }: CellProps) {
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: only headings are sorted
    <div
      role={heading ? "columnheader" : "cell"}
      aria-sort={sorted}
      className={classes("flex min-w-0 items-center truncate px-2", right && "justify-end text-right")}
    >
      {children}
    </div>
  );
}

function Loading({ height }: { height: number }) {
  return (
    <div className="card grid gap-4 p-4" aria-busy style={{ minHeight: height * 8 }}>
      <Skeleton lines={8} />
    </div>
  );
}

/** Whether the grid is too narrow for columns. */
function useNarrow(): boolean {
  const query = "(max-width: 820px)";
  const [narrow, setNarrow] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const change = () => setNarrow(media.matches);
    media.addEventListener("change", change);
    return () => media.removeEventListener("change", change);
  }, []);
  return narrow;
}
