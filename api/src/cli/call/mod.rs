//! `sijill call`: any method of a server, from the command line. The request is JSON, checked against the schemas before it is
//! sent; a command gets its id, and a statement where a key is given.

mod list;
pub mod raw;
pub mod signed;

pub use signed::Signing;

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use prost::Message as _;
use prost_reflect::{DynamicMessage, Kind, MethodDescriptor};
use serde_json::{Value, json};
use tonic::Request;
use tonic::client::Grpc;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::metadata::MetadataValue;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use uuid::Uuid;

use super::errors::{Bilingual, Failure};
use super::output::{Format, Ui};
use super::query::{Bearing, answered, channel};
use super::sealed;
use super::wire::{self, forms};
use crate::grpc::admission::MESSAGE_BYTES_MAX;
use crate::grpc::gate::ROLE;
use raw::Raw;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The method, such as TenderService.PlanNeed
    #[arg(required_unless_present = "list")]
    method: Option<String>,
    /// List the methods, with the roles that may call them
    #[arg(long, conflicts_with_all = ["method", "shape", "json", "server"])]
    list: bool,
    /// Print what a request of the method looks like, or a message that is named, such as `FinancialBid`; nothing is called
    #[arg(long)]
    shape: bool,
    /// File of the request as JSON, - for standard input [default: a request without fields]
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Address of a server, such as <http://127.0.0.1:7450>
    #[arg(long, value_name = "URL", required_unless_present_any = ["list", "shape"])]
    server: Option<String>,
    /// File with the bearer token to show the server
    #[arg(long)]
    token_file: Option<PathBuf>,
    /// The role to act in, where the token names several
    #[arg(long)]
    role: Option<String>,
    #[command(flatten)]
    signing: Signing,
    /// Id of the command, to repeat one that was not answered: it is carried out once [default: a new one]
    #[arg(long, value_name = "UUID")]
    request_id: Option<Uuid>,
}

/// Calls, or tells what can be called.
pub async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let (false, Some(name)) = (arguments.list, &arguments.method) else {
        return ui.sheet(&list::methods()?);
    };
    if arguments.shape {
        return print(&list::shape(name)?, ui);
    }
    let method = method(name)?;
    let Some(server) = &arguments.server else {
        // clap asks for it.
        return Err(Failure::Usage(Bilingual::new("لا خادم", "no server")));
    };
    if method.is_client_streaming() {
        return Err(streaming(name));
    }
    let mut json = request(arguments)?;
    let id = complete(&mut json, &method, arguments.request_id)?;
    let sent = Call {
        arguments,
        server,
        method: &method,
    };
    let called = sent.call(json, ui).await;
    called.map_err(|failure| in_both_languages(unanswered(failure, id)))
}

/// One call on its way.
struct Call<'a> {
    arguments: &'a Arguments,
    server: &'a str,
    method: &'a MethodDescriptor,
}

impl Call<'_> {
    async fn call(&self, mut json: Value, ui: &mut Ui) -> Result<(), Failure> {
        let file = self.arguments.json.as_deref().unwrap_or(Path::new("-"));
        let parsed = |json: &Value| {
            let parsed = wire::parsed(&self.method.input(), json);
            parsed.map_err(|text| Failure::Input {
                file: file.to_owned(),
                text,
            })
        };
        let mut message = parsed(&json)?;
        let signing = &self.arguments.signing;
        let bytes = message.encode_to_vec();
        let path = path(self.method);
        let statement = signing.statement(self.server, &path, &bytes);
        if let Some(statement) = statement.await? {
            json["context"]["statement"] = signed::in_json(&statement);
            message = parsed(&json)?;
        }
        let mut request = Request::new(message.encode_to_vec());
        if let Some(role) = &self.arguments.role {
            let value = MetadataValue::from_str(role).map_err(|_| {
                Failure::Usage(Bilingual::new(
                    format!("لا دور باسم {role}"),
                    format!("there is no role {role}"),
                ))
            })?;
            request.metadata_mut().insert(ROLE, value);
        }
        self.send(request, ui).await
    }

    /// Prints what is answered, message by message.
    async fn send(&self, request: Request<Vec<u8>>, ui: &mut Ui) -> Result<(), Failure> {
        let mut grpc = self.grpc().await?;
        let path = path(self.method);
        let to = PathAndQuery::from_str(&path).map_err(|error| Failure::Io {
            path: path.into(),
            what: error.to_string(),
        })?;
        if !self.method.is_server_streaming() {
            let answer = grpc.unary(request, to, Raw).await;
            let answer = answer.map_err(|status| answered(&status))?;
            return self.answer(&answer.into_inner(), ui);
        }
        let answers = grpc.server_streaming(request, to, Raw).await;
        let mut answers = answers.map_err(|status| answered(&status))?.into_inner();
        while let Some(answer) = answers
            .message()
            .await
            .map_err(|status| answered(&status))?
        {
            self.answer(&answer, ui)?;
            ui.flush()?;
        }
        Ok(())
    }

    async fn grpc(&self) -> Result<Grpc<InterceptedService<Channel, Bearing>>, Failure> {
        let channel = channel(self.server, self.arguments.token_file.as_deref()).await?;
        let mut grpc = Grpc::new(channel).max_decoding_message_size(MESSAGE_BYTES_MAX);
        grpc.ready().await.map_err(|error| Failure::Unreachable {
            server: self.server.to_owned(),
            what: error.to_string(),
        })?;
        Ok(grpc)
    }

    fn answer(&self, answer: &[u8], ui: &mut Ui) -> Result<(), Failure> {
        let unreadable = |what: String| Failure::Answered {
            code: "ANSWER_UNREADABLE".to_owned(),
            text: Bilingual::new(
                format!("لا يُقرأ جواب الخادم: {what}؛ حدّث sijill إلى إصداره"),
                format!("the server's answer cannot be read: {what}; update sijill to its version"),
            ),
            exit_status: 1,
        };
        let message = DynamicMessage::decode(self.method.output(), answer);
        let message = message.map_err(|error| unreadable(error.to_string()))?;
        let json = wire::shown(&message).map_err(|error| unreadable(error.to_string()))?;
        print(&json, ui)
    }
}

/// A method by its name: with its service, in its package or without; or alone, where no other is called so.
fn method(name: &str) -> Result<MethodDescriptor, Failure> {
    let wanted = name.trim_start_matches('/').replace('/', ".");
    let mut called_so = Vec::new();
    for service in wire::pool()?.services() {
        for method in service.methods() {
            let full = method.full_name();
            if full == wanted || format!("{}.{}", service.name(), method.name()) == wanted {
                return Ok(method);
            }
            if method.name() == wanted {
                called_so.push(method);
            }
        }
    }
    if let (Some(method), true) = (called_so.pop(), called_so.is_empty()) {
        return Ok(method);
    }
    Err(Failure::Usage(Bilingual::new(
        format!("لا طلب باسم {name}؛ كلها في `sijill call --list`"),
        format!("there is no method {name}; `sijill call --list` prints them all"),
    )))
}

/// `/package.Service/Method`.
fn path(method: &MethodDescriptor) -> String {
    let service = method.parent_service();
    format!("/{}/{}", service.full_name(), method.name())
}

/// The request as it was written.
fn request(arguments: &Arguments) -> Result<Value, Failure> {
    let Some(file) = &arguments.json else {
        return Ok(json!({}));
    };
    let bytes = if file == Path::new("-") {
        let mut bytes = Vec::new();
        let input = std::io::stdin().lock();
        let read = input.take(MESSAGE_BYTES_MAX as u64).read_to_end(&mut bytes);
        read.map_err(|error| Failure::unreadable(file, &error))?;
        bytes
    } else {
        super::input::contents(file, MESSAGE_BYTES_MAX as u64)?
    };
    let unreadable = |text| Failure::Input {
        file: file.clone(),
        text,
    };
    let json: Value = serde_json::from_slice(&bytes).map_err(|error| {
        unreadable(Bilingual::new(
            format!("ليس JSON: {error}"),
            format!("it is not JSON: {error}"),
        ))
    })?;
    if json.is_object() {
        return Ok(json);
    }
    Err(unreadable(Bilingual::new(
        "الطلب كائن JSON: {…}",
        "a request is an object of JSON: {…}",
    )))
}

/// Long forms, and for a command its id, which is returned.
fn complete(
    json: &mut Value,
    method: &MethodDescriptor,
    id: Option<Uuid>,
) -> Result<Option<String>, Failure> {
    let before = json["context"]["withheld"].as_array();
    let before = before.into_iter().flatten().filter_map(Value::as_str);
    let mut withheld: Vec<String> = before.map(str::to_owned).collect();
    forms::lengthen(json, &method.input(), &mut withheld);
    let (true, Value::Object(request)) = (is_command(method), json) else {
        return Ok(None);
    };
    let context = request.entry("context").or_insert_with(|| json!({}));
    // What is no object is refused with the rest of the request.
    let Value::Object(context) = context else {
        return Ok(None);
    };
    if !withheld.is_empty() {
        context.insert("withheld".to_owned(), withheld.into());
    }
    if id.is_some() || !context.contains_key("request_id") {
        let id = id.map_or_else(sealed::random_id, Ok)?;
        context.insert("request_id".to_owned(), id.to_string().into());
    }
    let id = context.get("request_id").and_then(Value::as_str);
    Ok(id.map(str::to_owned))
}

/// Whether its request has the circumstances of a command.
fn is_command(method: &MethodDescriptor) -> bool {
    let context = method.input().get_field_by_name("context");
    let kind = context.map(|field| field.kind());
    let message = kind.as_ref().and_then(Kind::as_message);
    message.is_some_and(|it| it.full_name() == "sijill.types.v1.CommandContext")
}

/// A command that may have been carried out is repeated under its id.
fn unanswered(failure: Failure, id: Option<String>) -> Failure {
    let (1, Some(id)) = (failure.exit_status(), id) else {
        return failure;
    };
    failure.retold(|Bilingual { ar, en }| {
        Bilingual::new(
            format!("{ar}؛ كرر الأمر مع ‎--request-id {id}: لا يُنفَّذ إلا مرة"),
            format!("{en}; repeat the command with --request-id {id}: it is carried out once"),
        )
    })
}

/// What a service answers is for whoever asked and for whoever is asked about it: in both languages, whichever the program
/// speaks.
fn in_both_languages(failure: Failure) -> Failure {
    failure.retold(|Bilingual { ar, en }| {
        Bilingual::new(format!("{ar}\n  {en}"), format!("{en}\n  {ar}"))
    })
}

fn streaming(name: &str) -> Failure {
    Failure::Usage(Bilingual::new(
        format!(
            "يأخذ {name} طلبات متتابعة لا طلبًا واحدًا؛ للوثائق `sijill document put`، وللأوامر الكثيرة برنامج (scripts/sijill_client.py)"
        ),
        format!(
            "{name} takes a stream of requests and not one; documents go by `sijill document put`, many commands by a program (scripts/sijill_client.py)"
        ),
    ))
}

fn print(json: &Value, ui: &mut Ui) -> Result<(), Failure> {
    let text = match ui.format {
        Format::Table => format!("{json:#}"),
        Format::Json | Format::Csv => json.to_string(),
    };
    ui.line(&text)
}
