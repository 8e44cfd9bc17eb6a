//! Names of event kinds, worked out when the program is compiled, from the names that prost gives the messages.

/// The full name of a message of `sijill.events.v1`.
macro_rules! full_name {
    ($message:ty) => {{
        const PACKAGE: &str = <$message as prost::Name>::PACKAGE;
        const SIMPLE: &str = <$message as prost::Name>::NAME;
        const NAME: [u8; PACKAGE.len() + 1 + SIMPLE.len()] =
            $crate::codec::kinds::dotted(PACKAGE, SIMPLE);
        match str::from_utf8(&NAME) {
            Ok(name) => name,
            Err(_) => unreachable!(),
        }
    }};
}
pub(super) use full_name;

/// `package.name`; `LEN` is the length of both and the dot.
pub(super) const fn dotted<const LEN: usize>(package: &str, name: &str) -> [u8; LEN] {
    let mut bytes = [b'.'; LEN];
    let mut at = 0;
    while at < package.len() {
        bytes[at] = package.as_bytes()[at];
        at += 1;
    }
    let mut from = 0;
    while from < name.len() {
        bytes[at + 1 + from] = name.as_bytes()[from];
        from += 1;
    }
    bytes
}

/// All lists as one, sorted; `LEN` is their total length.
pub(super) const fn sorted<const LEN: usize>(
    lists: &[&'static [&'static str]],
) -> [&'static str; LEN] {
    let mut all = [""; LEN];
    let (mut list, mut count) = (0, 0);
    while list < lists.len() {
        let mut from = 0;
        while from < lists[list].len() {
            let mut to = count;
            while to > 0 && less(lists[list][from], all[to - 1]) {
                all[to] = all[to - 1];
                to -= 1;
            }
            all[to] = lists[list][from];
            count += 1;
            from += 1;
        }
        list += 1;
    }
    all
}

/// Number of names in all lists.
pub(super) const fn total(lists: &[&[&str]]) -> usize {
    let (mut list, mut sum) = (0, 0);
    while list < lists.len() {
        sum += lists[list].len();
        list += 1;
    }
    sum
}

const fn less(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    let mut at = 0;
    while at < left.len() && at < right.len() {
        if left[at] != right[at] {
            return left[at] < right[at];
        }
        at += 1;
    }
    left.len() < right.len()
}
