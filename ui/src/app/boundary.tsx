/** Keeps a fault of one view from taking the others with it. */

import { Component, type ReactNode } from "react";
import { Wrong } from "@/ui/states";

export class Boundary extends Component<
  { children: ReactNode; place: string },
  { error: unknown; place: string }
> {
  override state = { error: undefined as unknown, place: this.props.place };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  static getDerivedStateFromProps(props: { place: string }, state: { place: string }) {
    // Another view is another try.
    return props.place === state.place ? null : { place: props.place, error: undefined };
  }

  override render() {
    if (this.state.error === undefined) return this.props.children;
    return <Wrong error={this.state.error} onRetry={() => this.setState({ error: undefined })} />;
  }
}
