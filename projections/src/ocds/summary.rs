//! What views read of a release: a few fields, as they stand there, without judging them.
//!
//! The same bytes always give the same summary. What stands at one of its places and cannot be held, or only cut, is named in
//! `left_out`: another type than OCDS gives the field, an amount that is no money, a text above 500 characters, a name twice
//! in one object (the last counts), the 201st award. An empty text or list says nothing.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use sijill_ledger_core::domain::process::{
    AWARDS_MAX, Award, Field, LEFT_OUT_MAX, Party, SUPPLIERS_MAX, Summary,
};
use sijill_ledger_core::domain::values::{Currency, Money, Text};

use super::json::{self, Object, below};
use super::number;

/// Most bytes of a summary, as [`Summary::bytes`] counts them: awards beyond are left out. With ids, tags and source of usual
/// length it stays below what an event may hold.
pub const SUMMARY_BYTES_MAX: usize = 15_000;

/// Most elements of one list that are looked at; who wrote more is no publisher.
const ELEMENTS_MAX: usize = 10_000;
/// Most characters of a text.
const TEXT_CHARACTERS_MAX: usize = 500;

/// The summary of a release.
pub(super) fn of(release: &Object<'_>) -> Summary {
    let mut reader = Reader::default();
    reader.parties(release);
    let buyer = reader.party_field(release, "", "buyer");
    reader.summary.buyer = reader.told(Field::Buyer, buyer);
    reader.tender(release);
    reader.awards(release);
    reader.summary
}

/// A count, however it is written: `3` or `3.0`.
fn count(number: Decimal) -> Option<u32> {
    let whole = number.is_integer().then_some(number)?;
    u32::try_from(whole).ok()
}

/// What a release says of a field.
enum Says<T> {
    /// Nothing.
    Nothing,
    /// That it is nothing: null.
    Null,
    /// This.
    Value(T),
}

#[derive(Default)]
struct Reader {
    summary: Summary,
    /// Names of the parties by their ids.
    names: BTreeMap<Text, Text>,
}

impl Reader {
    /// The value of a field; that it is nothing is noted.
    fn told<T>(&mut self, field: Field, says: Says<T>) -> Option<T> {
        if matches!(says, Says::Null) {
            self.summary.removed.push(field);
        }
        says.value()
    }

    fn tender(&mut self, release: &Object<'_>) {
        let tender = match self.object(release, "", "tender") {
            Says::Nothing => return,
            Says::Null => {
                return self.summary.removed.extend([
                    Field::ProcuringEntity,
                    Field::Title,
                    Field::Status,
                    Field::Method,
                    Field::Value,
                    Field::Tenderers,
                ]);
            }
            Says::Value(tender) => tender,
        };
        let entity = self.party_field(&tender, "/tender", "procuringEntity");
        self.summary.procuring_entity = self.told(Field::ProcuringEntity, entity);
        let title = self.text(&tender, "/tender", "title");
        self.summary.title = self.told(Field::Title, title);
        let status = self.text(&tender, "/tender", "status");
        self.summary.status = self.told(Field::Status, status);
        let method = self.text(&tender, "/tender", "procurementMethod");
        self.summary.method = self.told(Field::Method, method);
        let value = self.money(&tender, "/tender");
        self.summary.value = self.told(Field::Value, value);
        let tenderers = self.tenderers(&tender);
        self.summary.tenderers = self.told(Field::Tenderers, tenderers);
    }

    /// `numberOfTenderers`, else the different `tenderers`. Parties with that role are not counted: a release of an award
    /// names those that it concerns, and one winner would look like a single bidder.
    fn tenderers(&mut self, tender: &Object<'_>) -> Says<u32> {
        let name = "numberOfTenderers";
        let mut says = Says::Nothing;
        match self.member(tender, "/tender", name) {
            None => {}
            Some(value) if json::is_null(value) => says = Says::Null,
            Some(value) => match number::decimal(value).and_then(count) {
                Some(count) => return Says::Value(count),
                None => self.leave_out(&below("/tender", name)),
            },
        }
        let mut named = BTreeSet::new();
        for (path, element) in self.elements(tender, "/tender", "tenderers") {
            let party = self.party(element, &path);
            named.extend(party.and_then(|party| party.id.or(party.name)));
        }
        match u32::try_from(named.len()) {
            Ok(0) | Err(_) => says,
            Ok(count) => Says::Value(count),
        }
    }

    fn awards(&mut self, release: &Object<'_>) {
        for (index, (path, element)) in self.elements(release, "", "awards").into_iter().enumerate()
        {
            if index >= AWARDS_MAX {
                return self.leave_out(&path);
            }
            let Some(object) = Object::of(element) else {
                self.leave_out(&path);
                continue;
            };
            let Says::Value(id) = self.id(&object, &path) else {
                self.leave_out(&below(&path, "id"));
                continue;
            };
            let award = Award {
                id,
                status: self.text(&object, &path, "status").value(),
                value: self.money(&object, &path).value(),
                suppliers: self.suppliers(&object, &path),
            };
            if self.summary.bytes() + award.bytes() > SUMMARY_BYTES_MAX {
                return self.leave_out(&path);
            }
            self.summary.awards.push(award);
        }
    }

    fn suppliers(&mut self, award: &Object<'_>, path: &str) -> Vec<Party> {
        let mut suppliers = Vec::new();
        for (path, element) in self.elements(award, path, "suppliers") {
            if suppliers.len() >= SUPPLIERS_MAX {
                self.leave_out(&path);
                break;
            }
            suppliers.extend(self.party(element, &path));
        }
        suppliers
    }

    /// Remembers the names of `parties[]`.
    fn parties(&mut self, release: &Object<'_>) {
        for (path, element) in self.elements(release, "", "parties") {
            let Some(object) = Object::of(element) else {
                self.leave_out(&path);
                continue;
            };
            let id = self.id(&object, &path).value();
            let name = self.text(&object, &path, "name").value();
            if let (Some(id), Some(name)) = (id, name) {
                self.names.insert(id, name);
            }
        }
    }

    fn party_field(&mut self, object: &Object<'_>, path: &str, name: &str) -> Says<Party> {
        match self.member(object, path, name) {
            None => Says::Nothing,
            Some(value) if json::is_null(value) => Says::Null,
            Some(value) => match self.party(value, &below(path, name)) {
                Some(party) => Says::Value(party),
                None => Says::Nothing,
            },
        }
    }

    /// A party with its name, from `parties[]` where it has none of its own; `None` when neither id nor name is there.
    fn party(&mut self, value: &str, path: &str) -> Option<Party> {
        let Some(object) = Object::of(value) else {
            self.leave_out(path);
            return None;
        };
        let id = self.id(&object, path).value();
        let own = self.text(&object, path, "name").value();
        let name = own.or_else(|| self.names.get(id.as_ref()?).cloned());
        let party = Party { id, name };
        (party.id.is_some() || party.name.is_some()).then_some(party)
    }

    /// `value`, an object of amount and currency.
    fn money(&mut self, object: &Object<'_>, path: &str) -> Says<Money> {
        let value = match self.object(object, path, "value") {
            Says::Nothing => return Says::Nothing,
            Says::Null => return Says::Null,
            Says::Value(value) => value,
        };
        let path = below(path, "value");
        let amount = match self.member(&value, &path, "amount") {
            None => return Says::Nothing,
            Some(amount) if json::is_null(amount) => return Says::Null,
            Some(amount) => amount,
        };
        let currency = self.text(&value, &path, "currency").value();
        let Some(currency) = currency.and_then(|code| Currency::new(code.as_str()).ok()) else {
            self.leave_out(&below(&path, "currency"));
            return Says::Nothing;
        };
        let money = number::decimal(amount).and_then(|amount| Money::new(amount, currency).ok());
        if let Some(money) = money {
            return Says::Value(money);
        }
        self.leave_out(&below(&path, "amount"));
        Says::Nothing
    }

    /// A text, made one line.
    fn text(&mut self, object: &Object<'_>, path: &str, name: &str) -> Says<Text> {
        let Some(value) = self.member(object, path, name) else {
            return Says::Nothing;
        };
        if json::is_null(value) {
            return Says::Null;
        }
        let Some(text) = json::string(value) else {
            self.leave_out(&below(path, name));
            return Says::Nothing;
        };
        match one_line(&text) {
            None => Says::Nothing,
            Some((text, cut)) => {
                if cut {
                    self.leave_out(&below(path, name));
                }
                Says::Value(text)
            }
        }
    }

    /// `id`: a text or, as OCDS allows within releases, a whole number.
    fn id(&mut self, object: &Object<'_>, path: &str) -> Says<Text> {
        let number = object
            .get("id")
            .filter(|value| json::is_whole_number(value));
        let number = number.filter(|_| !object.repeats("id"));
        match number.and_then(|number| Text::new(number).ok()) {
            Some(number) => Says::Value(number),
            None => self.text(object, path, "id"),
        }
    }

    fn object<'a>(&mut self, object: &Object<'a>, path: &str, name: &str) -> Says<Object<'a>> {
        match self.member(object, path, name) {
            None => Says::Nothing,
            Some(value) if json::is_null(value) => Says::Null,
            Some(value) => {
                if let Some(object) = Object::of(value) {
                    return Says::Value(object);
                }
                self.leave_out(&below(path, name));
                Says::Nothing
            }
        }
    }

    /// The elements of a list, each with its path.
    fn elements<'a>(
        &mut self,
        object: &Object<'a>,
        path: &str,
        name: &str,
    ) -> Vec<(String, &'a str)> {
        let value = self.member(object, path, name);
        let Some(value) = value.filter(|value| !json::is_null(value)) else {
            return Vec::new();
        };
        let path = below(path, name);
        let Some(json::List { elements, more }) = json::list(value, ELEMENTS_MAX) else {
            self.leave_out(&path);
            return Vec::new();
        };
        if more {
            self.leave_out(&below(&path, ELEMENTS_MAX));
        }
        let place = |(index, element)| (below(&path, index), element);
        elements.into_iter().enumerate().map(place).collect()
    }

    fn member<'a>(&mut self, object: &Object<'a>, path: &str, name: &str) -> Option<&'a str> {
        if object.repeats(name) {
            self.leave_out(&below(path, name));
        }
        object.get(name)
    }

    fn leave_out(&mut self, path: &str) {
        let left_out = &mut self.summary.left_out;
        // Paths are made here, of known names and numbers: they are legal texts.
        let path = Text::new(path).ok();
        if left_out.len() < LEFT_OUT_MAX {
            left_out.extend(path.filter(|path| !left_out.contains(path)));
        }
    }
}

impl<T> Says<T> {
    fn value(self) -> Option<T> {
        match self {
            Self::Nothing | Self::Null => None,
            Self::Value(value) => Some(value),
        }
    }
}

/// A text as one line: white space is joined to single spaces, control and direction-changing characters are dropped, what is
/// longer than 500 characters is cut. The text and whether it was cut; `None` when nothing is left.
pub fn one_line(text: &str) -> Option<(Text, bool)> {
    let mut line = String::new();
    let (mut count, mut gap, mut cut) = (0, false, false);
    for letter in text.chars() {
        if letter.is_whitespace() {
            gap = count > 0;
            continue;
        }
        if letter.is_control() || is_hidden(letter) {
            continue;
        }
        let more = 1 + usize::from(gap);
        if count + more > TEXT_CHARACTERS_MAX {
            cut = true;
            break;
        }
        if std::mem::take(&mut gap) {
            line.push(' ');
        }
        line.push(letter);
        count += more;
    }
    let text = Text::new(&line).ok()?;
    Some((text, cut))
}

/// Characters that show nothing or turn the direction: a text of the ledger has none.
const fn is_hidden(letter: char) -> bool {
    matches!(letter, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}
