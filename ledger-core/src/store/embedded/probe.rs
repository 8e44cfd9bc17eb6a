//! What the disk can do: measured beside every figure.
