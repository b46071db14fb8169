//! The handshakes with proxies: HTTP `CONNECT` and SOCKS5.

use std::io;
use std::net::IpAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::secret::Secret;

/// The bytes of a proxy's answer to `CONNECT` that are read.
const MAX_ANSWER_BYTES: usize = 8 * 1024;

/// Who the tunnel leads to.
#[derive(Clone, Debug)]
pub(crate) enum Target<'a> {
    /// A name the proxy resolves.
    Name(&'a str),
    /// An address resolved and judged here.
    Address(IpAddr),
}

/// Why there is no tunnel.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TunnelError {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("{0}")]
    Answer(String),
}

impl TunnelError {
    /// Whether it is the proxy's refusal, as against a broken connection.
    pub(crate) fn is_refusal(&self) -> bool {
        matches!(self, Self::Answer(_))
    }
}

type Auth = Option<(String, Secret)>;

/// The value of `Proxy-Authorization` (RFC 7617).
pub(crate) fn basic(user: &str, password: &Secret) -> String {
    format!("Basic {}", base64(format!("{user}:{}", password.expose()).as_bytes()))
}

/// Asks an HTTP proxy for a tunnel to `authority` (`host:port`).
pub(crate) async fn connect(tcp: &mut TcpStream, authority: &str, auth: &Auth) -> Result<(), TunnelError> {
    let mut ask = format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n");
    if let Some((user, password)) = auth {
        ask.push_str(&format!("Proxy-Authorization: {}\r\n", basic(user, password)));
    }
    ask.push_str("\r\n");
    tcp.write_all(ask.as_bytes()).await?;
    let answer = read_head(tcp).await?;
    let status = answer.split(|byte| *byte == b' ').nth(1).unwrap_or_default();
    match status {
        [b'2', _, _] => Ok(()),
        _ => Err(TunnelError::Answer(format!("CONNECT was answered {}", String::from_utf8_lossy(status)))),
    }
}

/// Reads to the blank line and no further: what follows belongs to the tunnel.
async fn read_head(tcp: &mut TcpStream) -> Result<Vec<u8>, TunnelError> {
    let mut head = Vec::with_capacity(256);
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() >= MAX_ANSWER_BYTES {
            return Err(TunnelError::Answer("the answer to CONNECT is too long".into()));
        }
        head.push(tcp.read_u8().await?);
    }
    Ok(head)
}

/// Asks a SOCKS5 proxy for a connection (RFC 1928), with a password if there is one (RFC 1929).
pub(crate) async fn socks5(
    tcp: &mut TcpStream,
    target: Target<'_>,
    port: u16,
    auth: &Auth,
) -> Result<(), TunnelError> {
    let methods: &[u8] = if auth.is_some() { &[5, 2, 0, 2] } else { &[5, 1, 0] };
    tcp.write_all(methods).await?;
    match (tcp.read_u8().await?, tcp.read_u8().await?, auth) {
        (5, 0, _) => {}
        (5, 2, Some((user, password))) => authenticate(tcp, user, password).await?,
        _ => return Err(TunnelError::Answer("no common authentication method".into())),
    }
    let mut ask = vec![5, 1, 0];
    match target {
        Target::Address(IpAddr::V4(address)) => {
            ask.push(1);
            ask.extend(address.octets());
        }
        Target::Address(IpAddr::V6(address)) => {
            ask.push(4);
            ask.extend(address.octets());
        }
        Target::Name(name) => {
            ask.push(3);
            push_short(&mut ask, name)?;
        }
    }
    ask.extend(port.to_be_bytes());
    tcp.write_all(&ask).await?;
    socks5_answer(tcp).await
}

async fn authenticate(tcp: &mut TcpStream, user: &str, password: &Secret) -> Result<(), TunnelError> {
    let mut ask = vec![1];
    push_short(&mut ask, user)?;
    push_short(&mut ask, password.expose())?;
    tcp.write_all(&ask).await?;
    match (tcp.read_u8().await?, tcp.read_u8().await?) {
        (_, 0) => Ok(()),
        _ => Err(TunnelError::Answer("the password was refused".into())),
    }
}

async fn socks5_answer(tcp: &mut TcpStream) -> Result<(), TunnelError> {
    let mut head = [0; 4];
    tcp.read_exact(&mut head).await?;
    let [_, code, _, kind] = head;
    if code != 0 {
        return Err(TunnelError::Answer(format!("the request was refused with code {code}")));
    }
    let bound = match kind {
        1 => 4,
        4 => 16,
        _ => usize::from(tcp.read_u8().await?),
    };
    // The bound address and port, of no use here.
    let mut rest = vec![0; bound + 2];
    tcp.read_exact(&mut rest).await?;
    Ok(())
}

fn push_short(ask: &mut Vec<u8>, text: &str) -> Result<(), TunnelError> {
    let length = u8::try_from(text.len());
    ask.push(length.map_err(|_| TunnelError::Answer("a name or password is longer than 255 bytes".into()))?);
    ask.extend(text.as_bytes());
    Ok(())
}

/// Base64 with padding (RFC 4648 section 4): too little for a dependency.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let at = |index: usize| u32::from(group.get(index).copied().unwrap_or_default());
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for place in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * place) & 63) as usize];
            text.push(if place > group.len() { '=' } else { char::from(digit) });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_follows_its_rfc() {
        let check = |text: &str, want: &str| assert_eq!(base64(text.as_bytes()), want);
        check("", "");
        check("f", "Zg==");
        check("fo", "Zm8=");
        check("foo", "Zm9v");
        check("Aladdin:open sesame", "QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    }
}
