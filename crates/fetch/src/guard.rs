//! What may be fetched at all: http and https, ports that are not another protocol's, and addresses of the public internet.
//!
//! The guard is asked three times: about the URL, about every address its name resolves to, and about the address the
//! connected socket really has, so that a name that changes its answer in between (DNS rebinding) gains nothing.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use crate::dns::{canonical, is_localhost};
use crate::error::{Error, Refusal};

/// The longest URL that is fetched, in bytes.
pub const MAX_URL_BYTES: usize = 8_192;

/// Ports of other protocols that an HTTP request could be smuggled into: the "bad ports" of the WHATWG fetch standard
/// (section 2.9, port blocking).
pub const BAD_PORTS: [u16; 83] = [
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103,
    104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514,
    515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723,
    2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
];

/// Names of cloud metadata services; their addresses are link-local or unique-local and refused as such.
const METADATA_NAMES: [&str; 5] =
    ["metadata.google.internal", "metadata.goog", "metadata", "instance-data", "instance-data.ec2.internal"];

/// The guard as configured.
#[derive(Clone, Copy, Debug, Default)]
pub struct Guard {
    allow_private: bool,
}

impl Guard {
    /// A guard that lets non-public addresses through only if `allow_private_networks`.
    pub fn new(allow_private_networks: bool) -> Self {
        Self { allow_private: allow_private_networks }
    }

    /// Judges what can be seen of a URL without DNS.
    ///
    /// # Errors
    /// [`Error::Refused`] with the rule that refuses it.
    pub fn check_url(&self, url: &Url) -> Result<(), Error> {
        self.judge_url(url).map_err(|reason| Error::Refused { url: shown(url), reason })
    }

    /// Judges one address.
    ///
    /// # Errors
    /// The refusal, if the address is not public and private networks are not allowed.
    pub fn check_address(&self, address: IpAddr) -> Result<(), Refusal> {
        if self.allow_private || is_public(address) { Ok(()) } else { Err(Refusal::Address(address)) }
    }

    fn judge_url(&self, url: &Url) -> Result<(), Refusal> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Refusal::Scheme(url.scheme().chars().take(32).collect()));
        }
        if url.as_str().len() > MAX_URL_BYTES {
            return Err(Refusal::TooLong);
        }
        if let Some(port) = url.port()
            && BAD_PORTS.binary_search(&port).is_ok()
        {
            return Err(Refusal::Port(port));
        }
        match url.host() {
            None => Err(Refusal::NoHost),
            Some(Host::Ipv4(address)) => self.check_address(address.into()),
            Some(Host::Ipv6(address)) => self.check_address(address.into()),
            Some(Host::Domain(name)) => self.judge_name(name),
        }
    }

    fn judge_name(&self, name: &str) -> Result<(), Refusal> {
        let name = canonical(name);
        if name.is_empty() {
            return Err(Refusal::NoHost);
        }
        if self.allow_private {
            return Ok(());
        }
        if METADATA_NAMES.contains(&name.as_str()) {
            return Err(Refusal::Metadata(name));
        }
        // Refused before resolving: the answer is known (RFC 6761).
        if is_localhost(&name) { Err(Refusal::Address(Ipv4Addr::LOCALHOST.into())) } else { Ok(()) }
    }
}

/// The URL without what a log must not show: userinfo, and more than a screenful.
pub(crate) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.as_str().chars().take(1_000).collect()
}

/// Whether an address belongs to the public internet, judged by the IANA special-purpose registries (RFC 6890 and
/// its updates). An IPv6 address that carries an IPv4 address is public only if that one is, too.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let refused = match address.octets() {
        [0 | 10 | 127, ..] => true,  // this network, private (RFC 1918), loopback
        [100, 64..=127, ..] => true, // carrier-grade NAT, RFC 6598; 100.100.100.200 is a metadata service
        [169, 254, ..] => true,      // link-local, RFC 3927, with 169.254.169.254
        [172, 16..=31, ..] => true,  // private
        [192, 168, ..] => true,      // private
        [192, 0, 0, _] => true,      // IETF protocol assignments, RFC 6890
        [192, 0, 2, _] => true,      // documentation, RFC 5737
        [198, 51, 100, _] => true,   // documentation
        [203, 0, 113, _] => true,    // documentation
        [192, 88, 99, _] => true,    // 6to4 relay anycast, withdrawn by RFC 7526
        [192, 31, 196, _] | [192, 52, 193, _] | [192, 175, 48, _] => true, // AS112 and AMT anycast
        [198, 18..=19, ..] => true,  // benchmarking, RFC 2544
        [168, 63, 129, 16] => true,  // the Azure host's wire server
        [224..=255, ..] => true,     // multicast, reserved, broadcast
        _ => false,
    };
    !refused
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(inner) = embedded_v4(address) {
        return is_public_v4(inner);
    }
    match address.segments() {
        [0x2001, 0..=0x01ff, ..] => false, // IETF protocol assignments with Teredo, benchmarking, ORCHID (RFC 2928)
        [0x2001, 0x0db8, ..] => false,     // documentation, RFC 3849
        [0x3fff, 0..=0x0fff, ..] => false, // documentation, RFC 9637
        [0x2620, 0x004f, 0x8000, ..] => false, // AS112
        // A tunnel's end (ISATAP, RFC 5214 section 6.1) leads to the IPv4 address it carries.
        [0x2000..=0x3fff, _, _, _, 0 | 0x0200, 0x5efe, high, low] => is_public_v4(joined(high, low)),
        [0x2000..=0x3fff, ..] => true, // the only space that is given out, RFC 4291 section 2.4
        _ => false,
    }
}

/// The IPv4 address inside an IPv6 address that leads to one.
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let pair = |high, low| Some(joined(high, low));
    match address.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low] => pair(high, low), // mapped, RFC 4291 section 2.5.5.2
        [0, 0, 0, 0, 0xffff, 0, high, low] => pair(high, low), // translated, RFC 2765
        [0, 0, 0, 0, 0, 0, high, low] => pair(high, low), // compatible (also :: and ::1, both refused as 0/8)
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => pair(high, low), // NAT64, RFC 6052
        [0x64, 0xff9b, 1, ..] => Some(Ipv4Addr::UNSPECIFIED), // local-use NAT64, RFC 8215: never public
        [0x2002, high, low, ..] => pair(high, low),       // 6to4, RFC 3056
        _ => None,
    }
}

fn joined(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from(u32::from(high) << 16 | u32::from(low))
}

#[cfg(test)]
mod tests;
