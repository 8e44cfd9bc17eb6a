//! The one way out over HTTP: to witnesses and mirrors. Blocking, so it is called where waiting is allowed
//! (`spawn_blocking`, commands). Nobody at the other end is trusted: every call ends in time, every answer is limited in
//! size, and statuses are answers, not errors.

use std::io::Read as _;
use std::time::Duration;

use ureq::http::{Response, header};
use ureq::{Agent, Body};

use crate::cli::errors::Bilingual;

/// How long a connection may take to come about.
const CONNECT_MAX: Duration = Duration::from_secs(5);
/// Largest set of answered headers, in bytes.
const HEADER_BYTES_MAX: usize = 16 << 10;
/// Redirects of a GET that are followed; a POST is never sent on.
const REDIRECTS_MAX: u32 = 3;

/// Speaks HTTP, over TLS where the address says so; keeps connections for the next call. Clones share them.
#[derive(Clone, Debug)]
pub struct HttpClient {
    agent: Agent,
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The content type, empty where none was given.
    pub media_type: String,
    /// The body.
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// The address cannot be asked.
    #[error("{url} is no usable address: {why}")]
    Address {
        /// As given.
        url: String,
        /// What is wrong with it.
        why: String,
    },
    /// No whole answer came, or not in time.
    #[error("{url} does not answer: {why}")]
    Unreachable {
        /// Who was asked.
        url: String,
        /// What happened.
        why: String,
    },
    /// More was answered than is taken.
    #[error("{url} answers with more than {bytes_max} bytes")]
    TooLarge {
        /// Who was asked.
        url: String,
        /// What is taken, in bytes.
        bytes_max: u64,
    },
}

impl HttpClient {
    /// A client whose calls take this long at most, from connecting to the last byte.
    pub fn new(call_max: Duration) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(REDIRECTS_MAX)
            .max_response_header_size(HEADER_BYTES_MAX)
            .timeout_connect(Some(CONNECT_MAX.min(call_max)))
            .timeout_global(Some(call_max))
            .user_agent(concat!("sijill/", env!("CARGO_PKG_VERSION")))
            .build();
        Self {
            agent: config.new_agent(),
        }
    }

    /// Fetches; a body of more than `bytes_max` bytes is an error.
    pub fn get(&self, url: &str, bytes_max: u64) -> Result<Answer, HttpError> {
        let answered = self.agent.get(url).call();
        taken(url, answered, bytes_max)
    }

    /// Sends a body.
    pub fn post(
        &self,
        url: &str,
        media_type: &str,
        body: &[u8],
        bytes_max: u64,
    ) -> Result<Answer, HttpError> {
        let request = self
            .agent
            .post(url)
            .header(header::CONTENT_TYPE, media_type);
        let answered = request.config().max_redirects(0).build().send(body);
        taken(url, answered, bytes_max)
    }
}

fn taken(
    url: &str,
    answered: Result<Response<Body>, ureq::Error>,
    bytes_max: u64,
) -> Result<Answer, HttpError> {
    let mut response = answered.map_err(|error| failed(url, &error))?;
    let media_type = response.headers().get(header::CONTENT_TYPE);
    let media_type = media_type
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    let mut body = Vec::new();
    // One byte more than is taken tells that there is more.
    let mut reader = response
        .body_mut()
        .as_reader()
        .take(bytes_max.saturating_add(1));
    let read = reader.read_to_end(&mut body);
    read.map_err(|error| HttpError::Unreachable {
        url: url.to_owned(),
        why: error.to_string(),
    })?;
    if body.len() as u64 > bytes_max {
        let url = url.to_owned();
        return Err(HttpError::TooLarge { url, bytes_max });
    }
    Ok(Answer {
        status: response.status().as_u16(),
        media_type,
        body,
    })
}

/// Sorted by who has to do something; the kinds of others' errors grow over time.
#[allow(clippy::wildcard_enum_match_arm)]
fn failed(url: &str, error: &ureq::Error) -> HttpError {
    let (url, why) = (url.to_owned(), error.to_string());
    match error {
        ureq::Error::BadUri(_) | ureq::Error::Http(_) | ureq::Error::RequireHttpsOnly(_) => {
            HttpError::Address { url, why }
        }
        _ => HttpError::Unreachable { url, why },
    }
}

impl HttpError {
    /// What happened and what to do.
    pub fn text(&self) -> Bilingual {
        match self {
            Self::Address { url, why } => Bilingual::new(
                format!("العنوان {url} لا يصلح ({why})؛ مثاله https://log.example.org"),
                format!(
                    "the address {url} is not usable ({why}); an example is https://log.example.org"
                ),
            ),
            Self::Unreachable { url, why } => Bilingual::new(
                format!("لا يجيب {url} ({why})؛ تحقق من العنوان والشبكة ثم أعد المحاولة"),
                format!("{url} does not answer ({why}); check address and network, then try again"),
            ),
            Self::TooLarge { url, bytes_max } => Bilingual::new(
                format!("أجاب {url} بأكثر من {bytes_max} بايت؛ تأكد أنه العنوان الصحيح"),
                format!(
                    "{url} answers with more than {bytes_max} bytes; check that it is the right address"
                ),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::net::TcpListener;
    use std::thread;
    use std::time::Instant;

    use super::*;

    /// Answers one request with these bytes, after having read it to the end that `until` marks; the address.
    fn answering(
        until: &'static [u8],
        answer: &'static [u8],
    ) -> (String, thread::JoinHandle<Vec<u8>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/x", listener.local_addr().unwrap());
        let serving = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let (mut request, mut piece) = (Vec::new(), [0; 1_024]);
            while !request.ends_with(until) {
                let read = stream.read(&mut piece).unwrap();
                assert!(read > 0, "the request ends too early");
                request.extend_from_slice(&piece[..read]);
            }
            stream.write_all(answer).unwrap();
            request
        });
        (url, serving)
    }

    fn client() -> HttpClient {
        HttpClient::new(Duration::from_mins(1))
    }

    #[test]
    fn a_body_is_sent_and_any_status_is_an_answer() {
        let conflict = b"HTTP/1.1 409 Conflict\r\nContent-Type: text/x.tlog.size\r\nContent-Length: 3\r\n\r\n12\n";
        let (url, serving) = answering(b"\r\n\r\nold 7\n", conflict);
        let answer = client().post(&url, "text/plain", b"old 7\n", 100).unwrap();
        assert_eq!(
            answer,
            Answer {
                status: 409,
                media_type: "text/x.tlog.size".to_owned(),
                body: b"12\n".to_vec(),
            }
        );
        let request = String::from_utf8(serving.join().unwrap()).unwrap();
        assert!(request.starts_with("POST /x HTTP/1.1\r\n"), "{request}");
    }

    #[test]
    fn too_much_is_not_taken() {
        let four = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfour";
        let (url, _) = answering(b"\r\n\r\n", four);
        assert_eq!(client().get(&url, 4).unwrap().body, b"four");
        let (url, _) = answering(b"\r\n\r\n", four);
        let refused = client().get(&url, 3);
        assert_eq!(refused, Err(HttpError::TooLarge { url, bytes_max: 3 }));
    }

    #[test]
    fn a_post_is_not_redirected() {
        let moved =
            b"HTTP/1.1 307 Moved\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n";
        let (url, _) = answering(b"\r\n\r\nx", moved);
        let answered = client().post(&url, "text/plain", b"x", 10);
        assert!(!answered.is_ok_and(|answer| answer.status < 300));
    }

    #[test]
    fn whoever_says_nothing_or_stops_half_way_costs_a_limited_time() {
        let hurried = HttpClient::new(Duration::from_millis(300));
        let silent = TcpListener::bind("127.0.0.1:0").unwrap();
        let began = Instant::now();
        let url = format!("http://{}/", silent.local_addr().unwrap());
        assert!(matches!(
            hurried.get(&url, 10),
            Err(HttpError::Unreachable { .. })
        ));
        let (url, _) = answering(
            b"\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
        );
        assert!(matches!(
            hurried.get(&url, 10),
            Err(HttpError::Unreachable { .. })
        ));
        assert!(began.elapsed() < Duration::from_mins(1));
    }

    #[test]
    fn an_address_that_is_none_is_said_to_be_none() {
        for url in ["", "log.example.org", "ftp://log.example.org"] {
            let asked = client().get(url, 10);
            assert!(asked.is_err(), "{url:?}: {asked:?}");
        }
    }
}
