/** News from the server, one stream for all tabs: what changed, held back while somebody is choosing rows. */

import type { QueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";

export interface News {
  topic: string;
  ids?: string[];
}

export type LiveState = "live" | "held" | "paused" | "reconnecting" | "stale";

/** News of this long are dealt with together. */
const GATHER_MS = 1_000;
const STALE_MS = 30_000;
/** Ids kept per topic before a whole topic is asked for again. */
const IDS_MAX = 500;

type Listener = () => void;

class Live {
  private readonly listeners = new Set<Listener>();
  private readonly topics = new Map<string, Set<(ids: ReadonlySet<string> | undefined) => void>>();
  private readonly waiting = new Map<string, Set<string> | undefined>();
  private holds = 0;
  private paused = false;
  private connected = false;
  private lostAt: number | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private port: MessagePort | undefined;
  private source: EventSource | undefined;
  /** How many changes wait for the reader. */
  held = 0;

  /** Begins to listen; the returned function ends it. */
  start(url: string, worker: string): () => void {
    if (typeof SharedWorker === "function") this.share(url, worker);
    else this.open(url);
    return () => {
      this.port?.postMessage({ close: true });
      this.port = undefined;
      this.source?.close();
      this.source = undefined;
    };
  }

  get state(): LiveState {
    if (this.paused) return "paused";
    if (this.holds > 0) return "held";
    if (this.connected) return "live";
    return this.lostAt && Date.now() - this.lostAt > STALE_MS ? "stale" : "reconnecting";
  }

  /** Holds news back; the returned function lets them go. */
  hold(): () => void {
    this.holds += 1;
    this.tell();
    let over = false;
    return () => {
      if (over) return;
      over = true;
      this.holds -= 1;
      this.flush();
      this.tell();
    };
  }

  setPaused(paused: boolean): void {
    this.paused = paused;
    if (!paused) this.flush();
    this.tell();
  }

  on(topic: string, listener: (ids: ReadonlySet<string> | undefined) => void): () => void {
    const set = this.topics.get(topic) ?? new Set();
    set.add(listener);
    this.topics.set(topic, set);
    return () => {
      set.delete(listener);
    };
  }

  subscribe = (listener: Listener): (() => void) => {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };

  hear(news: News): void {
    const known = this.waiting.get(news.topic);
    if (!news.ids || (this.waiting.has(news.topic) && !known)) this.waiting.set(news.topic, undefined);
    else {
      const ids = known ?? new Set<string>();
      for (const id of news.ids) ids.add(id);
      this.waiting.set(news.topic, ids.size > IDS_MAX ? undefined : ids);
    }
    this.held += news.ids?.length ?? 1;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.flush();
    }, GATHER_MS);
  }

  connection(connected: boolean): void {
    this.connected = connected;
    this.lostAt = connected ? undefined : (this.lostAt ?? Date.now());
    this.tell();
  }

  private flush(): void {
    if (this.holds > 0 || this.paused) {
      this.tell();
      return;
    }
    const news = [...this.waiting];
    this.waiting.clear();
    this.held = 0;
    for (const [topic, ids] of news) for (const listener of this.topics.get(topic) ?? []) listener(ids);
    this.tell();
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }

  private share(url: string, script: string): void {
    const worker = new SharedWorker(script, { name: "sitelode-live" });
    this.port = worker.port;
    worker.port.onmessage = ({ data }: MessageEvent) => {
      if (typeof data.connected === "boolean") this.connection(data.connected);
      else if (data.reset) for (const topic of this.topics.keys()) this.hear({ topic });
      else if (typeof data.topic === "string") this.hear(data);
    };
    worker.port.start();
    worker.port.postMessage({ open: url });
  }

  private open(url: string): void {
    const source = new EventSource(url);
    this.source = source;
    source.onopen = () => this.connection(true);
    source.onerror = () => this.connection(false);
    source.onmessage = ({ data }) => this.hear(JSON.parse(data) as News);
    source.addEventListener("reset", () => {
      for (const topic of this.topics.keys()) this.hear({ topic });
    });
  }
}

export const live = new Live();

export function useLiveState(): { state: LiveState; held: number } {
  const state = useSyncExternalStore(live.subscribe, () => live.state);
  const held = useSyncExternalStore(live.subscribe, () => live.held);
  return { state, held };
}

/** Asks again for what a topic's news make old. */
export function useTopic(client: QueryClient, topic: string, key: readonly unknown[]): void {
  const name = JSON.stringify(key);
  useEffect(
    () => live.on(topic, () => void client.invalidateQueries({ queryKey: JSON.parse(name) as unknown[] })),
    [client, topic, name],
  );
}

/** Holds news back while `holding`. */
export function useHold(holding: boolean): void {
  useEffect(() => (holding ? live.hold() : undefined), [holding]);
}
