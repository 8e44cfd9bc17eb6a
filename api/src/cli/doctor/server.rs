//! What can be wrong with a server, seen from here.

use std::path::Path;
use std::time::{Duration, Instant};

use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_types::{ErrorDetail, StatusExt as _};

use super::{Finding, failed};
use crate::auth::token::SKEW_SECONDS;
use crate::cli::errors::Failure;
use crate::cli::output::Word;

const SERVER: Word = Word::new("server", "الخادم", "server");
const HEALTH: Word = Word::new("server_health", "صحة الخادم", "server's health");
const TOKEN: Word = Word::new("token", "رمز الدخول", "token");
const CLOCKS: Word = Word::new("clocks", "الساعتان", "clocks");

/// How long to wait for a connection or an answer.
const PATIENCE: Duration = Duration::from_secs(20);
/// An answer that takes longer than this is worth a look.
const SLOW: Duration = Duration::from_secs(1);

/// Looks at a server, with a token where there is one.
pub async fn look(address: &str, token_file: Option<&Path>) -> Vec<Finding> {
    let channel = match connect(address).await {
        Ok(channel) => channel,
        Err(why) => {
            return vec![
                Finding::unwell(
                    SERVER,
                    format!("لا جواب من {address}: {why}"),
                    format!("no answer from {address}: {why}"),
                )
                .so(
                    "تحقق من أن الخادم يعمل ومن العنوان والمنفذ والجدار الناري",
                    "check that the server runs, the address and port, and the firewall",
                ),
            ];
        }
    };
    let began = Instant::now();
    let mut client = HealthClient::new(channel);
    let answer = client
        .check(Request::new(HealthCheckRequest::default()))
        .await;
    let mut findings = vec![reached(address, began.elapsed())];
    match answer {
        Ok(answer) => {
            findings.extend(clocks(answer.metadata()));
            findings.push(health(answer.get_ref().status()));
        }
        Err(status) => findings.push(refused(HEALTH, &status)),
    }
    if let Some(file) = token_file {
        findings.push(token(&mut client, file).await);
    }
    findings
}

async fn connect(address: &str) -> Result<Channel, String> {
    let endpoint = Endpoint::from_shared(address.to_owned()).map_err(|error| error.to_string())?;
    let endpoint = endpoint.connect_timeout(PATIENCE).timeout(PATIENCE);
    endpoint.connect().await.map_err(|error| {
        let cause = std::error::Error::source(&error).map(ToString::to_string);
        cause.unwrap_or_else(|| error.to_string())
    })
}

fn reached(address: &str, took: Duration) -> Finding {
    let millis = took.as_millis();
    let (ar, en) = (
        format!("أجاب {address} في {millis} مللي ثانية"),
        format!("{address} answered in {millis} ms"),
    );
    if took > SLOW {
        Finding::worth(SERVER, ar, en).so(
            "انظر حمل الخادم والشبكة بينكما",
            "look at the server's load and at the network between you",
        )
    } else {
        Finding::well(SERVER, ar, en)
    }
}

fn health(status: ServingStatus) -> Finding {
    match status {
        ServingStatus::Serving => Finding::well(HEALTH, "يخدم", "it is serving"),
        ServingStatus::NotServing | ServingStatus::Unknown | ServingStatus::ServiceUnknown => {
            Finding::unwell(HEALTH, "لا يخدم الآن", "it is not serving now").so(
                "هو يتوقف أو توقفت كشوفه؛ السبب في سجل تشغيله",
                "it is stopping, or its views have stopped; its log lines say why",
            )
        }
    }
}

/// The server's clock by the header `date`, to the second, against ours.
fn clocks(metadata: &tonic::metadata::MetadataMap) -> Option<Finding> {
    let theirs = metadata.get("date")?.to_str().ok()?;
    let theirs = jiff::fmt::rfc2822::parse(theirs).ok()?.timestamp();
    let ours = jiff::Timestamp::now();
    let apart = ours.as_second().abs_diff(theirs.as_second());
    let (ar, en) = (
        format!("بين ساعة الخادم وساعة هذا الجهاز {apart} ثانية"),
        format!("the server's clock and this machine's are {apart} s apart"),
    );
    Some(if apart > SKEW_SECONDS {
        Finding::unwell(CLOCKS, ar, en).so(
            "اضبط الساعتين: بهذا الفرق تُرفض رموز الدخول قبل أوانها أو تُقبل بعده",
            "set both clocks: with this difference tokens are refused too early or taken too long",
        )
    } else {
        Finding::well(CLOCKS, ar, en)
    })
}

/// Whether the server takes the token, asked with a question that needs none.
async fn token(client: &mut HealthClient<Channel>, file: &Path) -> Finding {
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) => return failed(TOKEN, &Failure::unreadable(file, &error)),
    };
    let mut request = Request::new(HealthCheckRequest::default());
    let Ok(header) = format!("Bearer {}", text.trim()).parse() else {
        return Finding::unwell(
            TOKEN,
            "ليس في الملف رمز دخول",
            "there is no token in the file",
        )
        .so(
            "الرمز سطر واحد من أحرف لاتينية؛ أنشئه بالأمر `sijill token`",
            "a token is one line of ASCII characters; make one with `sijill token`",
        );
    };
    request.metadata_mut().insert("authorization", header);
    match client.check(request).await {
        Ok(_) => Finding::well(TOKEN, "يقبله الخادم", "the server takes it"),
        Err(status) => refused(TOKEN, &status),
    }
}

/// What a status says, in both languages.
fn refused(check: Word, status: &Status) -> Finding {
    let (mut ar, mut en) = (status.message().to_owned(), status.message().to_owned());
    for detail in status.get_error_details_vec() {
        if let ErrorDetail::LocalizedMessage(text) = detail {
            match &*text.locale {
                "ar" => ar = text.message,
                "en" => en = text.message,
                _ => {}
            }
        }
    }
    Finding::unwell(check, ar, en)
}
