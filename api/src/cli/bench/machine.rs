//! The machine that a figure was measured on.

/// Model of the processor, as Linux names it.
pub fn cpu() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    model.map_or_else(
        || std::env::consts::ARCH.to_owned(),
        |(_, name)| name.trim().to_owned(),
    )
}

/// Cores that this process may use.
pub fn cores() -> u64 {
    let cores = std::thread::available_parallelism();
    cores.map_or(1, |cores| u64::try_from(cores.get()).unwrap_or(u64::MAX))
}
