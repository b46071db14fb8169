//! One process of the system: registered, alive, leading when it is its turn, its services and workers held to what should be.
