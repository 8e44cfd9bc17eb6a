//! Errors as gRPC statuses: in one place, with the stable code and both languages in the details.
