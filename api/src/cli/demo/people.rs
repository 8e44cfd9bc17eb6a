//! Officials of the demo, with invented names.

use sijill_ledger_core::domain::values::{Names, ValueError};

const FIRST: [(&str, &str); 24] = [
    ("هدى", "Huda"),
    ("عمر", "Omar"),
    ("منى", "Mona"),
    ("خالد", "Khaled"),
    ("سعاد", "Suad"),
    ("ياسر", "Yasser"),
    ("نادية", "Nadia"),
    ("طارق", "Tarek"),
    ("ليلى", "Laila"),
    ("حسام", "Hossam"),
    ("أمينة", "Amina"),
    ("مصطفى", "Mostafa"),
    ("رانيا", "Rania"),
    ("إبراهيم", "Ibrahim"),
    ("سلمى", "Salma"),
    ("وليد", "Walid"),
    ("فاطمة", "Fatma"),
    ("شريف", "Sherif"),
    ("دعاء", "Doaa"),
    ("كريم", "Karim"),
    ("زينب", "Zeinab"),
    ("سامح", "Sameh"),
    ("إيمان", "Iman"),
    ("رامي", "Ramy"),
];

const FAMILY: [(&str, &str); 17] = [
    ("عبد الرحمن", "Abdelrahman"),
    ("السيد", "Elsayed"),
    ("منصور", "Mansour"),
    ("الشناوي", "Elshenawy"),
    ("حسن", "Hassan"),
    ("فهمي", "Fahmy"),
    ("البدري", "Elbadry"),
    ("يوسف", "Youssef"),
    ("زكي", "Zaki"),
    ("المصري", "Elmasry"),
    ("رمضان", "Ramadan"),
    ("غانم", "Ghanem"),
    ("سالم", "Salem"),
    ("الجمل", "Elgamal"),
    ("نصار", "Nassar"),
    ("شاهين", "Shahin"),
    ("عثمان", "Othman"),
];

/// The name of the n-th official; 24 and 17 have no common factor, so that 408 differ.
pub fn names(number: usize) -> Result<Names, ValueError> {
    let (first_ar, first_en) = FIRST[number % FIRST.len()];
    let (family_ar, family_en) = FAMILY[number % FAMILY.len()];
    Names::new(
        &format!("{first_ar} {family_ar}"),
        &format!("{first_en} {family_en}"),
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_differ() {
        let distinct: BTreeSet<String> = (0..408)
            .map(|number| names(number).unwrap().en.to_string())
            .collect();
        assert_eq!(distinct.len(), 408);
    }
}
