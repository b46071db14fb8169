//! One connection: requests read one after another, answers written as scripted.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use memchr::memmem;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::prepared::{Prepared, Ready};
use super::request::{HEAD_BYTES_MAX, Request};
use super::served::{Answer, Shared};

/// What is kept of a request body; the rest is read and dropped.
const BODY_BYTES_MAX: usize = 1024 * 1024;
/// The longest wait a script can ask for: `Duration::MAX` would overflow the timer.
const WAIT_MAX: Duration = Duration::from_secs(365 * 24 * 3600);

/// Serves a connection until it ends.
pub(super) async fn serve(shared: Arc<Shared>, mut stream: TcpStream, listener: Option<usize>) {
    let _ = stream.set_nodelay(true);
    let mut buffer = BytesMut::with_capacity(4096);
    // A client that hangs up early is part of the game.
    while let Ok(true) = exchange(&shared, &mut stream, &mut buffer, listener).await {}
}

/// One request and its answer. Says whether the connection goes on.
async fn exchange(
    shared: &Shared,
    stream: &mut TcpStream,
    buffer: &mut BytesMut,
    listener: Option<usize>,
) -> io::Result<bool> {
    let Some(head) = read_head(stream, buffer).await? else { return Ok(false) };
    let Some(request) = std::str::from_utf8(&head).ok().and_then(Request::parse) else { return Ok(false) };
    let body = read_body(&request, stream, buffer).await?;
    let stay = !request.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
    let Some(site) = shared.site_for(listener, request.host) else {
        let go_on = send(stream, &shared.no_such_site, &request).await?;
        return Ok(go_on && stay);
    };
    let mut opened = site.log.open(&request, &body, shared.clock.elapsed());
    let answer = shared.answer(site, &request);
    let prepared: &Prepared = match &answer {
        Answer::Ready(prepared) => prepared,
        Answer::Made(made) => made,
    };
    opened.answered(prepared.status);
    if prepared.delivery.head_delay > Duration::ZERO && is_left(stream, prepared.delivery.head_delay).await {
        opened.done(shared.clock.elapsed());
        return Ok(false);
    }
    let go_on = match prepared.unchanged_for(&request) {
        Some(unchanged) => {
            opened.answered(304);
            stream.write_all(unchanged).await.map(|()| true)
        }
        None => send(stream, prepared, &request).await,
    };
    opened.done(shared.clock.elapsed());
    Ok(go_on? && stay)
}

/// Waits; whether the client hung up meanwhile, as one that was killed does.
async fn is_left(stream: &TcpStream, wait: Duration) -> bool {
    let left = async {
        // One that says more already is still there.
        if matches!(stream.peek(&mut [0]).await, Ok(1..)) {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = left => true,
        () = tokio::time::sleep(wait.min(WAIT_MAX)) => false,
    }
}

/// Everything before the empty line; none when the client is done (or sends no end of it).
async fn read_head(stream: &mut TcpStream, buffer: &mut BytesMut) -> io::Result<Option<Bytes>> {
    let mut searched = 0;
    loop {
        if let Some(found) = memmem::find(&buffer[searched..], b"\r\n\r\n") {
            let head = buffer.split_to(searched + found).freeze();
            buffer.advance(4);
            return Ok(Some(head));
        }
        searched = buffer.len().saturating_sub(3);
        if buffer.len() > HEAD_BYTES_MAX || stream.read_buf(buffer).await? == 0 {
            return Ok(None);
        }
    }
}

async fn read_body(
    request: &Request<'_>,
    stream: &mut TcpStream,
    buffer: &mut BytesMut,
) -> io::Result<Vec<u8>> {
    let length = request.header("content-length").and_then(|value| value.parse::<usize>().ok()).unwrap_or(0);
    let mut body = Vec::new();
    let mut missing = length;
    while missing > 0 {
        if buffer.is_empty() && stream.read_buf(buffer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let piece = buffer.split_to(missing.min(buffer.len()));
        missing -= piece.len();
        let kept = piece.len().min(BODY_BYTES_MAX.saturating_sub(body.len()));
        body.extend_from_slice(&piece[..kept]);
    }
    Ok(body)
}

/// Writes an answer as it is scripted. Says whether the connection goes on.
async fn send(stream: &mut TcpStream, prepared: &Prepared, request: &Request<'_>) -> io::Result<bool> {
    let delivery = &prepared.delivery;
    if delivery.reset {
        stream.set_zero_linger()?;
        return Ok(false);
    }
    if request.method == "HEAD" {
        stream.write_all(&prepared.head).await?;
        return Ok(!delivery.close);
    }
    match &prepared.body {
        Ready::Whole(whole) if delivery.trickle.is_none() && delivery.cut_after.is_none() => {
            stream.write_all(whole).await?;
        }
        Ready::Whole(whole) => {
            let body = whole.slice(prepared.head.len()..);
            send_pieces(stream, prepared, &mut std::iter::once(body), false).await?;
        }
        Ready::Stream(make) => {
            let chunked = delivery.claimed_length.is_none();
            send_pieces(stream, prepared, &mut make(), chunked).await?;
        }
        Ready::Endless(piece) => {
            let mut pieces = std::iter::repeat(piece.clone());
            send_pieces(stream, prepared, &mut pieces, delivery.claimed_length.is_none()).await?;
        }
    }
    Ok(!delivery.close)
}

async fn send_pieces(
    stream: &mut TcpStream,
    prepared: &Prepared,
    pieces: &mut (dyn Iterator<Item = Bytes> + Send),
    chunked: bool,
) -> io::Result<()> {
    stream.write_all(&prepared.head).await?;
    let mut left = prepared.delivery.cut_after.unwrap_or(usize::MAX);
    for mut piece in pieces {
        while !piece.is_empty() {
            let (most, pause) = prepared.delivery.trickle.unwrap_or((piece.len(), Duration::ZERO));
            if pause > Duration::ZERO && is_left(stream, pause).await {
                return Err(io::ErrorKind::ConnectionReset.into());
            }
            let part = piece.split_to(most.min(piece.len()).min(left));
            left -= part.len();
            if part.is_empty() {
                return Ok(());
            }
            write_part(stream, part, chunked).await?;
        }
    }
    if chunked { stream.write_all(b"0\r\n\r\n").await } else { Ok(()) }
}

async fn write_part(stream: &mut TcpStream, mut part: Bytes, chunked: bool) -> io::Result<()> {
    if !chunked {
        return stream.write_all(&part).await;
    }
    let size = format!("{:x}\r\n", part.len());
    let mut framed = Buf::chain(size.as_bytes(), &mut part).chain(&b"\r\n"[..]);
    stream.write_all_buf(&mut framed).await
}
