// SPDX-License-Identifier: GPL-2.0-or-later
//! A request and its answer over HTTP/1.1, with TLS or without: one connection for each, because minutes lie between.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::super::probe::Prober;

/// Longest answer: a page of 1,000 instances with all their attributes takes a third of this.
const MAX_ANSWER: usize = 16 << 20;

/// Where requests go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    tls: bool,
    pub(super) host: String,
    port: Option<u16>,
}

impl Origin {
    /// Reads `host`, `host:port`, `http://host:port` or `https://host`; without a scheme it is HTTPS. The reader of
    /// the configuration has checked the form.
    pub(super) fn parse(text: &str) -> Self {
        let (tls, rest) = match text.strip_prefix("http://") {
            Some(rest) => (false, rest),
            None => (true, text.strip_prefix("https://").unwrap_or(text)),
        };
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) if !host.ends_with(':') => (host, port.parse().ok()),
            _ => (rest, None),
        };
        Self { tls, host: host.trim_matches(['[', ']']).to_owned(), port }
    }

    /// The value of the `host` header.
    pub(super) fn authority(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        self.port.map_or(host.clone(), |port| format!("{host}:{port}"))
    }

    /// True if the other side has to show a trusted certificate.
    pub(super) fn needs_roots(&self) -> bool {
        self.tls
    }

    fn port(&self) -> u16 {
        self.port.unwrap_or(if self.tls { 443 } else { 80 })
    }
}

/// An answer, whatever its status.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Bytes,
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Failure {
    /// The host's name has no address.
    Unresolved(io::Error),
    /// No connection, or it broke.
    Unreachable(String),
    /// The other side's certificate is not trusted, or it does not speak TLS.
    Tls(String),
    /// Connected, and then nothing in time.
    Silent,
}

/// Makes requests.
pub(super) struct Client {
    tls: TlsConnector,
    prober: Prober,
    connect: Duration,
    read: Duration,
}

impl Client {
    /// A client that trusts the certificate authorities of the host. `connect` and `read` bound a connection and an
    /// answer. The number of authorities is returned with it: without any, no HTTPS is possible.
    pub(super) fn new(connect: Duration, read: Duration) -> Result<(Self, usize), rustls::Error> {
        let mut roots = RootCertStore::empty();
        let (trusted, _) = roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok((Self { tls: Arc::new(config).into(), prober: Prober::new(), connect, read }, trusted))
    }

    /// A client with the same trust and other bounds.
    pub(super) fn with_limits(&self, connect: Duration, read: Duration) -> Self {
        Self { tls: self.tls.clone(), prober: Prober::new(), connect, read }
    }

    /// Sends a request and reads the whole answer.
    pub(super) async fn send(
        &self,
        origin: &Origin,
        method: Method,
        path: &str,
        headers: &[(&str, String)],
        body: Vec<u8>,
    ) -> Result<Answer, Failure> {
        let mut request = Request::builder().method(method).uri(path).header("host", origin.authority());
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let request = request
            .header("user-agent", concat!("gs-native-cluster/", env!("CARGO_PKG_VERSION")))
            .body(Full::new(Bytes::from(body)))
            .map_err(|e| Failure::Unreachable(format!("the request cannot be written: {e}")))?;
        let stream = self.connect(origin).await?;
        if !origin.tls {
            return self.exchange(stream, request).await;
        }
        let name = ServerName::try_from(origin.host.clone()).map_err(|e| Failure::Tls(e.to_string()))?;
        let handshake = timeout(self.connect, self.tls.connect(name, stream)).await.map_err(|_| Failure::Silent)?;
        self.exchange(handshake.map_err(|e| Failure::Tls(e.to_string()))?, request).await
    }

    async fn connect(&self, origin: &Origin) -> Result<TcpStream, Failure> {
        let addresses = self.prober.resolve(&origin.host, self.connect).await.map_err(Failure::Unresolved)?;
        let mut last = Failure::Silent;
        for ip in addresses {
            match timeout(self.connect, TcpStream::connect((ip, origin.port()))).await {
                Ok(Ok(stream)) => return Ok(stream),
                Ok(Err(e)) => last = Failure::Unreachable(e.to_string()),
                Err(_) => last = Failure::Unreachable(format!("no answer from {ip}")),
            }
        }
        Err(last)
    }

    async fn exchange<S>(&self, stream: S, request: Request<Full<Bytes>>) -> Result<Answer, Failure>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let exchange = async {
            let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
            let answer = async move {
                let answer = sender.send_request(request).await?;
                let status = answer.status().as_u16();
                let body = Limited::new(answer.into_body(), MAX_ANSWER).collect().await?.to_bytes();
                Ok::<_, Box<dyn std::error::Error + Send + Sync>>(Answer { status, body })
            };
            // The connection does the work of both, and ends with the sender.
            tokio::join!(answer, connection).0
        };
        let answer = timeout(self.read, exchange).await.map_err(|_| Failure::Silent)?;
        answer.map_err(|e| Failure::Unreachable(e.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_read_as_the_configuration_writes_them() {
        for (text, tls, host, port, authority) in [
            ("ec2.eu-west-1.amazonaws.com", true, "ec2.eu-west-1.amazonaws.com", 443, "ec2.eu-west-1.amazonaws.com"),
            ("https://vpce.example:8443", true, "vpce.example", 8443, "vpce.example:8443"),
            ("http://127.0.0.1:5000", false, "127.0.0.1", 5000, "127.0.0.1:5000"),
            ("http://stub", false, "stub", 80, "stub"),
            ("[::1]:5000", true, "::1", 5000, "[::1]:5000"),
        ] {
            let origin = Origin::parse(text);
            assert_eq!((origin.tls, &*origin.host, origin.port()), (tls, host, port), "{text}");
            assert_eq!(origin.authority(), authority);
        }
    }
}
