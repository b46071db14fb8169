//! Durable jobs; knows nothing of what they do.
