/** Each status of the product with its tone and icon, in one table. */

import {
  Archive,
  Ban,
  Check,
  CircleCheck,
  CircleDot,
  CircleHelp,
  Clock,
  Eye,
  Loader,
  type LucideIcon,
  Pause,
  Sparkles,
  TriangleAlert,
  X,
} from "lucide-react";
import { Badge, type Tone } from "./badge";

interface Look {
  tone: Tone;
  icon: LucideIcon;
  pulse?: boolean;
}

const WORKING: Look = { tone: "blue", icon: Loader, pulse: true };
const DONE: Look = { tone: "green", icon: Check };
const WRONG: Look = { tone: "red", icon: X };
const HELD: Look = { tone: "orange", icon: Pause };

const LOOKS: Record<string, Look> = {
  // Curation: what a person decided.
  New: { tone: "slate", icon: Sparkles },
  Selected: { tone: "violet", icon: CircleCheck },
  Rejected: { tone: "gray", icon: Ban },
  Archived: { tone: "gray", icon: Archive },
  // Processing: what the machine did.
  Queued: { tone: "slate", icon: CircleDot },
  Processing: WORKING,
  Complete: DONE,
  Error: WRONG,
  // Jobs.
  pending: { tone: "slate", icon: CircleDot },
  scheduled: { tone: "violet", icon: Clock },
  running: WORKING,
  complete: DONE,
  failed: WRONG,
  cancelled: { tone: "gray", icon: Ban },
  // Nodes, workers, services, queues, health.
  alive: DONE,
  healthy: DONE,
  open: { tone: "green", icon: Check },
  starting: WORKING,
  draining: HELD,
  paused: HELD,
  stopped: { tone: "gray", icon: Pause },
  degraded: { tone: "amber", icon: TriangleAlert },
  warning: { tone: "amber", icon: TriangleAlert },
  unhealthy: WRONG,
  dead: WRONG,
  critical: WRONG,
  info: { tone: "slate", icon: Eye },
  // Outcomes in the audit log.
  done: DONE,
  accepted: WORKING,
  denied: { tone: "orange", icon: Ban },
  interrupted: { tone: "amber", icon: TriangleAlert },
};
const UNKNOWN: Look = { tone: "gray", icon: CircleHelp };

/** A status; nothing is shown as a dash with words for those who listen. */
export function Status({ value }: { value: string | null | undefined }) {
  if (!value) {
    return (
      <span className="text-fg-3">
        <span aria-hidden>–</span>
        <span className="sr-only">not asked for</span>
      </span>
    );
  }
  const look = LOOKS[value] ?? UNKNOWN;
  return (
    <Badge tone={look.tone} icon={look.icon} pulse={look.pulse ?? false}>
      {value}
    </Badge>
  );
}

/** The tone of a status, for bars and charts. */
export function toneOf(value: string): Tone {
  return (LOOKS[value] ?? UNKNOWN).tone;
}
