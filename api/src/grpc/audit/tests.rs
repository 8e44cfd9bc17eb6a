//! In this process, over a ledger in a directory.
