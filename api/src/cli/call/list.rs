//! The methods, with who may call them; and what a request of one looks like.

use serde_json::Value;

use super::{method, path};
use crate::auth::policy::{self, Allowed, Effect};
use crate::auth::roles;
use crate::cli::errors::Failure;
use crate::cli::output::{Cell, Sheet, Word};
use crate::cli::wire::{pool, shape};

const COLUMNS: [Word; 3] = [
    Word::new("method", "الطلب", "method"),
    Word::new("effect", "أثره", "effect"),
    Word::new("roles", "لمن", "for whom"),
];
const COMMAND: Word = Word::new("command", "أمر", "command");
const QUESTION: Word = Word::new("question", "سؤال", "question");
const ANYONE: Word = Word::new("anyone", "للجميع", "anyone");

/// Every method of the ledger's services.
pub fn methods() -> Result<Sheet, Failure> {
    let mut sheet = Sheet::new(Word::new("methods", "الطلبات", "methods"), &COLUMNS);
    for service in pool()?.services() {
        for method in service.methods() {
            let path = path(&method);
            let Some(entry) = policy::find(&path) else {
                continue;
            };
            let effect = match entry.row.effect {
                Effect::Command => COMMAND,
                Effect::Question => QUESTION,
            };
            sheet.rows.push(vec![
                Cell::text(format!("{}.{}", service.name(), method.name())),
                Cell::Word(effect),
                whom(entry.row.allowed),
            ]);
        }
    }
    Ok(sheet)
}

fn whom(allowed: Allowed) -> Cell {
    match allowed {
        Allowed::Anyone => Cell::Word(ANYONE),
        Allowed::Roles(of) => {
            let names = of.iter().map(|(role, _)| roles::name(*role));
            Cell::text(names.collect::<Vec<_>>().join(", "))
        }
    }
}

/// A request of the method, or a message of events, with all its fields, each as what may stand there.
pub fn shape(name: &str) -> Result<Value, Failure> {
    let event = pool()?.get_message_by_name(&format!("sijill.events.v1.{name}"));
    let of = match event {
        Some(message) => message,
        None => method(name)?.input(),
    };
    Ok(shape::message(&of, shape::DEPTH_MAX))
}
