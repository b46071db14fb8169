//! The control plane: who may do what, the catalogue of actions, and the one way they all go.
