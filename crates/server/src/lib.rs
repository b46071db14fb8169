//! HTTP: the public API, its document, and the web control plane.
