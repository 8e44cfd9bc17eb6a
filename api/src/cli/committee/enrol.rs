//! `sijill committee enrol`: a registrar enters what a member's `keygen` printed; another registrar does the same, each naming the
//! other. Whether the member holds the key is checked here, and again by everyone who seals.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sijill_ledger_core::seal::{MemberKey, PROOF_BYTES, Seat, SheetError};
use sijill_schemas::events::v1 as events;
use sijill_schemas::procurement::v1 as pb;
use sijill_schemas::procurement::v1::tender_service_client::TenderServiceClient;

use crate::cli::call::Signing;
use crate::cli::errors::{Bilingual, Failure};
use crate::cli::output::{Cell, Sheet, Ui, Word};
use crate::cli::query::{answered, channel};
use crate::cli::remote::ServerArguments;
use crate::cli::sealed::{MEMBER, TENDER};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    server: ServerArguments,
    /// Origin of the log that the tender is in, such as sijill.gov.example/health
    #[arg(long)]
    origin: String,
    /// The tender
    #[arg(long)]
    tender: String,
    /// The member, by the official's id
    #[arg(long)]
    member: String,
    /// The member's public key, as `sijill committee keygen` printed it
    #[arg(long)]
    key: String,
    /// The key's proof of possession, as `sijill committee keygen` printed it
    #[arg(long)]
    proof: String,
    /// The other registrar, by the official's id: who enrols the key too
    #[arg(long)]
    witness: String,
    /// File of the registrar's own key, where statements are required
    #[arg(long, value_name = "FILE")]
    sign: Option<PathBuf>,
    /// Index of the other registrar's entry, which this one completes
    #[arg(long, value_name = "INDEX", requires = "sign")]
    approves: Option<u64>,
}

const COLUMNS: [Word; 3] = [MEMBER, TENDER, Word::new("index", "القيد", "index")];

/// Checks the proof, and enrols.
pub(super) async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let (key, proof) = proven(arguments)?;
    let signing = Signing {
        sign: arguments.sign.clone(),
        origin: Some(arguments.origin.clone()),
        approves: arguments.approves,
    };
    let server = &arguments.server.server;
    let request = signing.signed(server, |context| pb::EnrolOpeningKeyRequest {
        context,
        tender: arguments.tender.clone(),
        key: Some(events::OpeningKeyEnrolled {
            member: arguments.member.clone(),
            key: key.clone(),
            proof: proof.clone(),
            witness: arguments.witness.clone(),
        }),
    });
    let request = request.await?;
    let token = arguments.server.token_file.as_deref();
    let mut tenders = TenderServiceClient::new(channel(server, token).await?);
    let answer = tenders.enrol_opening_key(request).await;
    let answer = answer.map_err(|status| answered(&status))?.into_inner();
    let mut sheet = Sheet::new(Word::new("keys", "المفاتيح", "keys"), &COLUMNS);
    sheet.rows.push(vec![
        Cell::text(&arguments.member),
        Cell::text(&arguments.tender),
        Cell::Count(answer.position.map_or(0, |position| position.index)),
    ]);
    ui.sheet(&sheet)
}

/// Key and proof, where the proof holds for this member and tender.
fn proven(arguments: &Arguments) -> Result<(Vec<u8>, Vec<u8>), Failure> {
    let decoded = |text: &str| {
        STANDARD.decode(text).map_err(|error| {
            Failure::Usage(Bilingual::new(
                format!("المفتاح والإثبات كما طبعهما `sijill committee keygen`: {error}"),
                format!("key and proof as `sijill committee keygen` printed them: {error}"),
            ))
        })
    };
    let (key, proof) = (decoded(&arguments.key)?, decoded(&arguments.proof)?);
    let seat = Seat {
        origin: &arguments.origin,
        tender: &arguments.tender,
        member: &arguments.member,
    };
    let exact = <[u8; PROOF_BYTES]>::try_from(proof.as_slice()).ok();
    let holds = MemberKey::new(&key).zip(exact);
    if holds.is_some_and(|(key, proof)| key.proves(&seat, &proof)) {
        return Ok((key, proof));
    }
    let member = arguments.member.clone();
    Err(Failure::refused(
        &SheetError::Unproven { member },
        "committee enrol",
    ))
}
