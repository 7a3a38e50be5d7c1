// SPDX-License-Identifier: GPL-2.0-or-later
//! TLS 1.3 between members.
//!
//! By default each start makes a certificate of its own and any certificate is accepted: TLS then gives secrecy only, and
//! [`auth`](crate::auth) proves both sides over its exporter. With an operator's authority ([`Tls::mutual`]) both
//! certificates are verified as well: chain and time, not names, since nodes come and go at any address.

use crate::refusal::{HandshakeError, Stranger};
use crate::sniff::Sniffed;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use rustls::server::{NoServerSessionStorage, ParsedCertificate, WebPkiClientVerifier};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, ServerConfig, SignatureScheme};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::{TlsAcceptor, TlsConnector, TlsStream};

/// How long a refused peer's bytes are read and thrown away, so that closing the socket does not destroy the refusal that is
/// on its way to it (TCP resets a connection closed with unread data).
const LINGER: Duration = Duration::from_millis(500);

pub(crate) type Stream = TlsStream<Sniffed<TcpStream>>;

/// The two sides' TLS configurations.
#[derive(Clone)]
pub struct Tls {
    connector: TlsConnector,
    acceptor: TlsAcceptor,
    mutual: bool,
}

/// Certificates that cannot be used. Nothing was started.
#[derive(Debug)]
pub enum TlsError {
    /// A PEM file that cannot be read or holds no certificate or key.
    File {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// This node's certificate would be refused by every peer: wrong authority, expired, not yet valid, or without the usage.
    Unusable {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The cryptographic library refused.
    Internal(String),
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, why } => write!(f, "TLS: cannot use the file {}: {why}", path.display()),
            Self::Unusable { path, why } => write!(
                f,
                "TLS: every peer would refuse the certificate in {}: {why}. It must be signed by the configured authority, valid now, and allowed for both server and client authentication",
                path.display()
            ),
            Self::Internal(why) => write!(f, "TLS cannot be set up: {why}"),
        }
    }
}

impl std::error::Error for TlsError {}

impl Tls {
    /// A certificate made now, for this start only; any certificate of the peer is accepted.
    ///
    /// # Errors
    /// [`TlsError::Internal`] if no key can be made (no source of random numbers).
    pub fn ephemeral() -> Result<Self, TlsError> {
        let made = rcgen::generate_simple_self_signed(vec!["member.invalid".to_owned()]).map_err(internal)?;
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let provider = provider();
        let server = ServerConfig::builder_with_provider(provider.clone())
            .with_protocol_versions(&[&rustls::version::TLS13])
            .map_err(internal)?
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .map_err(internal)?;
        let verifier = Verifier { algorithms: provider.signature_verification_algorithms, authority: None };
        let client = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])
            .map_err(internal)?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth();
        Ok(Self::new(client, server, false))
    }

    /// An operator's authority: both sides must show a certificate that it has signed and that is valid now.
    ///
    /// # Errors
    /// [`TlsError::File`] for a PEM file without what it should hold, [`TlsError::Unusable`] if peers would refuse the
    /// certificate.
    pub fn mutual(authority: &Path, certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let mut roots = RootCertStore::empty();
        for root in certificates(authority)? {
            roots.add(root).map_err(|why| TlsError::File { path: authority.to_owned(), why: why.to_string() })?;
        }
        let roots = Arc::new(roots);
        let chain = certificates(certificate)?;
        let key_der = PrivateKeyDer::from_pem_file(key)
            .map_err(|why| TlsError::File { path: key.to_owned(), why: why.to_string() })?;

        let provider = provider();
        let verifier =
            Verifier { algorithms: provider.signature_verification_algorithms, authority: Some(roots.clone()) };
        let clients = WebPkiClientVerifier::builder_with_provider(roots, provider.clone()).build().map_err(internal)?;
        // Said now, with the file's name, and not by every peer in its own log.
        let (own, intermediates) = chain.split_first().ok_or_else(|| TlsError::File {
            path: certificate.to_owned(),
            why: "it holds no certificate".to_owned(),
        })?;
        let unusable = |why: rustls::Error| TlsError::Unusable { path: certificate.to_owned(), why: why.to_string() };
        verifier.verify(own, intermediates, UnixTime::now()).map_err(unusable)?;
        clients.verify_client_cert(own, intermediates, UnixTime::now()).map_err(unusable)?;

        let refused_key = |why: rustls::Error| TlsError::File {
            path: key.to_owned(),
            why: format!("it does not fit the certificate in {}: {why}", certificate.display()),
        };
        let server = ServerConfig::builder_with_provider(provider.clone())
            .with_protocol_versions(&[&rustls::version::TLS13])
            .map_err(internal)?
            .with_client_cert_verifier(clients)
            .with_single_cert(chain.clone(), key_der.clone_key())
            .map_err(refused_key)?;
        let client = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])
            .map_err(internal)?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_client_auth_cert(chain, key_der)
            .map_err(refused_key)?;
        Ok(Self::new(client, server, true))
    }

    fn new(mut client: ClientConfig, mut server: ServerConfig, mutual: bool) -> Self {
        // Connections live for days: resumption saves nothing and would keep session state.
        server.send_tls13_tickets = 0;
        server.session_storage = Arc::new(NoServerSessionStorage {});
        client.resumption = rustls::client::Resumption::disabled();
        client.enable_sni = false;
        Self { connector: TlsConnector::from(Arc::new(client)), acceptor: TlsAcceptor::from(Arc::new(server)), mutual }
    }

    /// Whether certificates are verified (strong mode).
    #[must_use]
    pub fn is_mutual(&self) -> bool {
        self.mutual
    }

    pub(crate) async fn dial(&self, tcp: TcpStream) -> Result<(Stream, [u8; 32]), HandshakeError> {
        let name = ServerName::try_from("member.invalid").map_err(|e| HandshakeError::Tls(e.to_string()))?;
        match self.connector.connect(name, Sniffed::new(tcp)).into_fallible().await {
            Ok(stream) => {
                let exporter = stream.get_ref().1.export_keying_material([0; 32], crate::auth::EXPORTER_LABEL, None);
                Ok((stream.into(), exporter.map_err(|e| HandshakeError::Tls(e.to_string()))?))
            }
            Err((error, tcp)) => Err(explain(&error, &tcp)),
        }
    }

    pub(crate) async fn answer(&self, tcp: TcpStream) -> Result<(Stream, [u8; 32]), HandshakeError> {
        match self.acceptor.accept(Sniffed::new(tcp)).into_fallible().await {
            Ok(stream) => {
                let exporter = stream.get_ref().1.export_keying_material([0; 32], crate::auth::EXPORTER_LABEL, None);
                Ok((stream.into(), exporter.map_err(|e| HandshakeError::Tls(e.to_string()))?))
            }
            Err((error, mut tcp)) => {
                let why = explain(&error, &tcp);
                linger(&mut tcp).await;
                Err(why)
            }
        }
    }
}

/// Reads what the refused peer still sends, for a bounded time, so that it can read why.
pub(crate) async fn linger<S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin>(stream: &mut S) {
    let _ = tokio::time::timeout(LINGER, async {
        let _ = stream.shutdown().await;
        let mut rest = [0u8; 256];
        while matches!(stream.read(&mut rest).await, Ok(n) if n > 0) {}
    })
    .await;
}

fn explain(error: &io::Error, tcp: &Sniffed<TcpStream>) -> HandshakeError {
    let first = tcp.first_bytes();
    match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(rustls::Error::InvalidMessage(_)) => HandshakeError::NotOurs(Stranger::from_first_bytes(first)),
        Some(tls) => HandshakeError::Tls(tls.to_string()),
        None if first.is_empty() => HandshakeError::NotOurs(Stranger::Silent),
        None => HandshakeError::Broken(error.kind()),
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

fn internal(why: impl fmt::Display) -> TlsError {
    TlsError::Internal(why.to_string())
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let bad = |why: String| TlsError::File { path: path.to_owned(), why };
    let all: Result<Vec<_>, _> = CertificateDer::pem_file_iter(path).map_err(|e| bad(e.to_string()))?.collect();
    let all = all.map_err(|e| bad(e.to_string()))?;
    if all.is_empty() {
        return Err(bad("it holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)".to_owned()));
    }
    Ok(all)
}

/// Verifies the answering side: against the authority if there is one; its possession of the key always.
#[derive(Debug)]
struct Verifier {
    algorithms: WebPkiSupportedAlgorithms,
    authority: Option<Arc<RootCertStore>>,
}

impl Verifier {
    fn verify(
        &self,
        end: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<(), rustls::Error> {
        let Some(authority) = &self.authority else { return Ok(()) };
        let end = ParsedCertificate::try_from(end)?;
        rustls::client::verify_server_cert_signed_by_trust_anchor(&end, authority, between, now, self.algorithms.all)
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        self.verify(end, between, now).map(|()| ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
