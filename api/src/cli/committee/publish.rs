//! `sijill committee share --server`: a member's answers for every envelope of a tender that is due to be opened. The envelopes are
//! read out of the log, the shares are computed here with the member's key, and only they are sent.

use std::path::{Path, PathBuf};

use sijill_ledger_core::domain::envelope::{Contents, Envelope};
use sijill_ledger_core::domain::tender::{Evaluation, SHARES_MAX, Tender};
use sijill_ledger_core::domain::values::{EnvelopeId, OfficialId, TenderId};
use sijill_ledger_core::seal::{self, Answer, MemberSecret, ShareError};
use sijill_ledger_core::time::{Clock as _, SystemClock, Timestamp};
use sijill_projections::audit::entity::EntityKind;
use sijill_schemas::events::v1 as events;
use sijill_schemas::procurement::v1 as pb;
use sijill_schemas::procurement::v1::tender_service_client::TenderServiceClient;

use super::{ANSWER, secret, word};
use crate::cli::call::Signing;
use crate::cli::demo_clock;
use crate::cli::errors::{Bilingual, Failure};
use crate::cli::output::{Cell, Sheet, Ui, Word};
use crate::cli::query::{answered, channel};
use crate::cli::remote::{Remote, Stream, Trust};
use crate::cli::sealed::{ENVELOPE, unusable};

/// A tender on a server.
#[derive(Debug, clap::Args)]
pub(super) struct There {
    /// Address of a server, such as <http://127.0.0.1:7450>
    #[arg(long, value_name = "URL", requires = "tender")]
    server: Option<String>,
    /// File with the bearer token to show the server
    #[arg(long, requires = "server")]
    pub(super) token_file: Option<PathBuf>,
    /// The tender
    #[arg(long, requires = "server")]
    tender: Option<String>,
    #[command(flatten)]
    trust: Trust,
}

impl There {
    /// The server's address, and the tender.
    pub(super) fn named(&self) -> Result<(&str, TenderId), Failure> {
        let (Some(server), Some(tender)) = (&self.server, &self.tender) else {
            // clap asks for both.
            return Err(Failure::Usage(Bilingual::new(
                "ينقص ‎--server أو ‎--tender",
                "--server or --tender is missing",
            )));
        };
        let tender = TenderId::new(tender);
        let tender = tender.map_err(|error| Failure::Usage(Bilingual::from(&error)))?;
        Ok((server, tender))
    }
}

/// The tender's state while it is being opened. With the log's key, every event of the tender is proven to be in the log.
pub(super) async fn being_opened(
    remote: &mut Remote,
    there: &There,
) -> Result<(String, Evaluation), Failure> {
    let (_, tender) = there.named()?;
    let stream = Tender::stream(&tender);
    let read: Stream<Tender> = remote.stream(EntityKind::Tender, &stream).await?;
    let not_now = || not_being_opened(&tender);
    let Tender::Evaluation(evaluation) = &read.state else {
        return Err(not_now());
    };
    evaluation.opening().ok_or_else(not_now)?;
    if let Some(claims) = there.trust.claims()? {
        for entry in &read.entries {
            remote.proof(entry, &read.origin, &claims).await?;
        }
    }
    Ok((read.origin.clone(), (**evaluation).clone()))
}

fn not_being_opened(tender: &TenderId) -> Failure {
    Failure::Refused {
        code: "TENDER_NOT_BEING_OPENED",
        text: Bilingual::new(
            format!("لا تُفتح مظاريف المناقصة {tender} الآن؛ لا تُعطِ حصتك لأحد قبل ذلك"),
            format!(
                "no envelopes of the tender {tender} are being opened now; give your share to nobody before"
            ),
        ),
    }
}

/// A member's share is what keeps bids closed, also to those who run the server: they could show the member a copy of the log that
/// runs ahead of time. So no share leaves before the deadline has passed by the member's own clock.
fn not_before(closes_at: Timestamp, now: Timestamp, origin: &str) -> Result<(), Failure> {
    // Days of a rehearsal pass as its file says.
    if now >= closes_at || demo_clock::is_rehearsal(origin) {
        return Ok(());
    }
    Err(Failure::Refused {
        code: "TENDER_DEADLINE_AHEAD",
        text: Bilingual::new(
            format!(
                "يقول الخادم إن العطاءات تُفتح، وموعد إغلاقها {closes_at} لم يحن على ساعة هذا الجهاز؛ لا تُعطِ حصتك، واضبط الساعة إن كانت متأخرة، وإلا فأبلغ المدقق"
            ),
            format!(
                "the server says that bids are being opened, and their deadline {closes_at} has not come by this machine's clock; give no share: set the clock if it is slow, else tell the auditor"
            ),
        ),
    })
}

fn own_clock() -> Result<Timestamp, Failure> {
    SystemClock::default()
        .now()
        .map_err(|error| Failure::Refused {
            code: "CLOCK_UNREADABLE",
            text: Bilingual::new("تعذرت قراءة ساعة هذا الجهاز", error.to_string()),
        })
}

/// Answers for all envelopes that are due and that the member has not answered for.
pub(super) async fn run(
    there: &There,
    key: &Path,
    signing: &Signing,
    ui: &mut Ui,
) -> Result<(), Failure> {
    let (server, tender) = there.named()?;
    if there.trust.claims()?.is_none() {
        return Err(Failure::Usage(Bilingual::new(
            "ينقص ‎--vkey: مفتاح السجل المنشور؛ لا تُعطى الحصة بقول الخادم وحده",
            "--vkey is missing, the log's published key: no share is given on a server's word alone",
        )));
    }
    let secret = secret(key)?;
    let mut remote = Remote::connect(server).await?;
    let (origin, evaluation) = being_opened(&mut remote, there).await?;
    not_before(evaluation.notice().closes_at, own_clock()?, &origin)?;
    if !there.trust.is_witnessed() {
        ui.note(ui.lang.pick(
            "تنبيه: بغير سياسة شهود (‎--witnesses) لا يثبت أن غيرك يرى السجل نفسه",
            "warning: without a policy of witnesses (--witnesses) nothing proves that others are shown the same log",
        ))?;
    }
    let under = Under::of(&evaluation, &origin, &tender, &secret, key)?;
    let mut sheet = Sheet::new(Word::new("shares", "الحصص", "shares"), &[ENVELOPE, ANSWER]);
    let mut shares = Vec::new();
    let due = evaluation.unopened();
    for id in due.filter(|id| !evaluation.has_answered(id, &under.member)) {
        let answer = under.answer(&mut remote, id, &secret).await?;
        sheet
            .rows
            .push(vec![Cell::text(id), Cell::Word(word(answer))]);
        shares.push(events::EnvelopeShare {
            envelope: id.to_string(),
            share: match answer {
                Answer::Share(share) => Some(share.to_vec()),
                Answer::Complaint => None,
            },
        });
    }
    if !shares.is_empty() {
        let channel = channel(server, there.token_file.as_deref()).await?;
        let mut tenders = TenderServiceClient::new(channel);
        for some in shares.chunks(SHARES_MAX) {
            let request = signing.signed(server, |context| pb::PublishSharesRequest {
                context,
                tender: tender.to_string(),
                shares: Some(events::SharesPublished {
                    member: under.member.to_string(),
                    shares: some.to_vec(),
                }),
            });
            let answer = tenders.publish_shares(request.await?).await;
            answer.map_err(|status| answered(&status))?;
        }
    }
    ui.sheet(&sheet)
}

/// What the envelopes were sealed under, and whose key it is.
struct Under {
    sheet: seal::Sheet,
    member: OfficialId,
}

impl Under {
    fn of(
        evaluation: &Evaluation,
        origin: &str,
        tender: &TenderId,
        secret: &MemberSecret,
        key: &Path,
    ) -> Result<Self, Failure> {
        let sealing = &evaluation.notice().sealing;
        let not_a_member = || unusable(key, &ShareError::NotAMember);
        let part = evaluation.opening().ok_or_else(not_a_member)?;
        let sheet = sealing.sheet(origin, tender, part);
        let sheet = sheet.map_err(|refusal| unusable(key, &refusal))?;
        let public = secret.public();
        let mut members = sealing.members.iter();
        let member = members.find(|member| member.key == *public.as_bytes());
        let member = member.ok_or_else(not_a_member)?.member.clone();
        Ok(Self { sheet, member })
    }

    async fn answer(
        &self,
        remote: &mut Remote,
        id: &EnvelopeId,
        secret: &MemberSecret,
    ) -> Result<Answer, Failure> {
        let stream = Envelope::stream(id);
        let read: Stream<Envelope> = remote.stream(EntityKind::Envelope, &stream).await?;
        let sealed = read.state.contents();
        let sealed = sealed.and_then(|contents: &Contents| contents.sealed(id));
        let sealed = sealed.ok_or_else(|| Failure::Damaged {
            index: read.entries.first().map(|entry| entry.index),
            what: stream.to_string(),
        })?;
        let envelope = seal::Envelope::new(&self.sheet, &sealed.dealing);
        let envelope = envelope.map_err(|refusal| Failure::refused(&refusal, id.as_str()))?;
        Ok(match envelope.share(secret) {
            Ok(share) => Answer::Share(*share.value),
            // What was sealed to the member holds no share: that is the answer, and the others open all the same.
            Err(_) => Answer::Complaint,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_share_leaves_before_the_deadline_by_the_members_own_clock() {
        let deadline = Timestamp::from_micros(1_000_000);
        let early = Timestamp::from_micros(999_999);
        let given =
            |now, origin| not_before(deadline, now, origin).map_err(|it| it.code().to_owned());
        assert_eq!(
            given(early, "sijill.gov.example/health"),
            Err("TENDER_DEADLINE_AHEAD".to_owned())
        );
        assert_eq!(given(deadline, "sijill.gov.example/health"), Ok(()));
        assert_eq!(given(early, "sijill.demo.invalid/rehearsal"), Ok(()));
    }
}
