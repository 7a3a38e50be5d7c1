// SPDX-License-Identifier: GPL-2.0-or-later
//! An HTTP/1.1 server of a test's own.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// A request.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    pub(super) method: String,
    pub(super) path: String,
    headers: Vec<(String, String)>,
    pub(super) body: String,
}

impl Seen {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| &**value)
    }
}

/// The server; it ends when dropped.
pub(super) struct Stub {
    pub(super) origin: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    _server: JoinSet<()>,
}

impl Stub {
    /// Answers each request, counted from 0, with the status and body that `answer` gives.
    pub(super) async fn start(answer: impl Fn(&Seen, usize) -> (u16, String) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let (all, mut server) = (seen.clone(), JoinSet::new());
        server.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // A client that hangs up, or speaks TLS, is not the server's failure.
                let _ = serve(stream, &all, &answer).await;
            }
        });
        Self { origin, seen, _server: server }
    }

    pub(super) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

async fn serve(
    stream: TcpStream,
    all: &Mutex<Vec<Seen>>,
    answer: &(impl Fn(&Seen, usize) -> (u16, String) + Send + Sync),
) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    let mut words = line.split_whitespace().map(ToOwned::to_owned);
    let mut seen = Seen { method: words.next().unwrap_or_default(), ..Seen::default() };
    seen.path = words.next().unwrap_or_default();
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let Some((name, value)) = line.split_once(':') else { break };
        seen.headers.push((name.to_owned(), value.trim().to_owned()));
    }
    let length = seen.header("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    seen.body = String::from_utf8(body).unwrap();
    let (status, body) = {
        let mut all = all.lock().unwrap();
        let result = answer(&seen, all.len());
        all.push(seen);
        result
    };
    let head = format!("HTTP/1.1 {status} Stub\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    stream.shutdown().await
}
