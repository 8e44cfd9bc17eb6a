//! Errors that a person can act on: a stable code, and what happened and what to do in Arabic and English.

/// A refusal that a person can act on.
pub trait Explain: std::error::Error + Clone + Send + Sync + 'static {
    /// Stable code, such as `STOCK_PERIOD_CLOSED`.
    fn code(&self) -> &'static str;
    /// What happened and what to do, in Arabic.
    fn arabic(&self) -> String;
    /// The same in English.
    fn english(&self) -> String;
}

/// Declares a refusal enum: each case with data, a stable code and a text in both languages, which may name its fields.
/// `pub enum Refusal, Key(enrolment::Refusal) {…}` adds a case for the refusals of rules that several aggregates share;
/// more such cases follow after commas.
macro_rules! refusals {
    ($(#[$meta:meta])* $vis:vis enum $name:ident $(, $(#[$sdoc:meta])* $shared:ident($inner:ty))* {
        $($(#[$doc:meta])* $case:ident $({ $($(#[$fdoc:meta])* $field:ident: $type:ty),* $(,)? })? = $code:literal, $ar:literal, $en:literal;)*
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        $vis enum $name {
            $($(#[$doc])* $case $({ $($(#[$fdoc])* $field: $type),* })?,)*
            $($(#[$sdoc])* $shared($inner),)*
        }

        $(
            impl From<$inner> for $name {
                fn from(refusal: $inner) -> Self {
                    Self::$shared(refusal)
                }
            }
        )*

        impl $crate::explain::Explain for $name {
            fn code(&self) -> &'static str {
                match self {
                    $(Self::$case { .. } => $code,)*
                    $(Self::$shared(refusal) => <$inner as $crate::explain::Explain>::code(refusal),)*
                }
            }
            #[allow(unused_variables, clippy::useless_format)]
            fn arabic(&self) -> String {
                match self {
                    $(Self::$case $({ $($field),* })? => format!($ar),)*
                    $(Self::$shared(refusal) => <$inner as $crate::explain::Explain>::arabic(refusal),)*
                }
            }
            #[allow(unused_variables, clippy::useless_format)]
            fn english(&self) -> String {
                match self {
                    $(Self::$case $({ $($field),* })? => format!($en),)*
                    $(Self::$shared(refusal) => <$inner as $crate::explain::Explain>::english(refusal),)*
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&$crate::explain::Explain::english(self))
            }
        }

        impl std::error::Error for $name {}
    };
}
pub(crate) use refusals;
