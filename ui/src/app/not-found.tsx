/** An address that no view has. */

import { MapPinOff } from "lucide-react";
import { Link } from "wouter";
import { Empty } from "@/ui/states";

export function NotFound() {
  return (
    <Empty
      icon={MapPinOff}
      title="There is nothing at this address"
      action={
        <Link href="/" className="control">
          Dashboard
        </Link>
      }
    />
  );
}
