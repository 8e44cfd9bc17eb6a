//! Withheld parts: what goes into them, and what a field may find in them.

use super::error::{Defect, Fault};
use crate::domain::values::Withheld;
use crate::store::PartClass;

/// What is known of one withheld part of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartView<'a> {
    /// Its class.
    pub class: PartClass,
    /// Its commitment, as the entry holds it.
    pub commitment: [u8; 32],
    /// Its content, checked against the commitment; `None` on a mirror or after erasure.
    pub content: Option<&'a [u8]>,
}

/// Content of a withheld part.
pub(super) trait Content: Sized {
    /// The bytes that are committed to. Fails on what could not be read again.
    fn to_content(&self) -> Result<Vec<u8>, Defect>;
    /// Reads them; `part` is named in the defect.
    fn from_content(content: &[u8], part: u32) -> Result<Self, Defect>;
}

/// Collects the parts of an event that is written.
#[derive(Debug, Default)]
pub struct PartsOut(pub(super) Vec<(PartClass, Vec<u8>)>);

impl PartsOut {
    /// Keeps the content apart; the field keeps the index.
    pub(super) fn put<T: Content>(
        &mut self,
        class: PartClass,
        withheld: &Withheld<T>,
    ) -> Result<u32, Fault> {
        let Withheld::Known(content) = withheld else {
            return Err(Defect::Committed.into());
        };
        let index = u32::try_from(self.0.len()).map_err(|_| Defect::NoSuchPart(u32::MAX))?;
        self.0.push((class, content.to_content()?));
        Ok(index)
    }
}

/// Hands out the parts of an event that is read, each to one field.
#[derive(Debug)]
pub struct PartsIn<'a> {
    views: &'a [PartView<'a>],
    taken: Vec<bool>,
    /// A request's contents have no class of their own: the field that names one gives it.
    classless: bool,
}

impl<'a> PartsIn<'a> {
    pub(super) fn new(views: &'a [PartView<'a>]) -> Self {
        let taken = vec![false; views.len()];
        Self {
            views,
            taken,
            classless: false,
        }
    }

    /// The contents that a request withholds.
    pub(super) fn of_request(views: &'a [PartView<'a>]) -> Self {
        Self {
            classless: true,
            ..Self::new(views)
        }
    }

    /// The part that a field refers to.
    pub(super) fn take<T: Content>(
        &mut self,
        class: PartClass,
        part: u32,
    ) -> Result<Withheld<T>, Fault> {
        let index = usize::try_from(part).unwrap_or(usize::MAX);
        let (Some(view), Some(taken)) = (self.views.get(index), self.taken.get_mut(index)) else {
            return Err(Defect::NoSuchPart(part).into());
        };
        if std::mem::replace(taken, true) {
            return Err(Defect::PartTaken(part).into());
        }
        if view.class != class && !self.classless {
            let (actual, expected) = (view.class, class);
            return Err(Defect::PartClass {
                part,
                actual,
                expected,
            }
            .into());
        }
        Ok(match view.content {
            Some(content) => Withheld::Known(T::from_content(content, part)?),
            None => Withheld::Committed(view.commitment),
        })
    }

    /// Every part must have been taken.
    pub(super) fn finish(self) -> Result<(), Fault> {
        match self.taken.iter().position(|taken| !taken) {
            Some(part) => Err(Defect::PartUnused(part).into()),
            None => Ok(()),
        }
    }
}
