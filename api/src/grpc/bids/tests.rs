//! Own bids, over a real connection.
