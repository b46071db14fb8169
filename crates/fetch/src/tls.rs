//! The TLS side: Mozilla's roots (and further ones by configuration), HTTP/2 by ALPN.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};
use tokio_rustls::TlsConnector;

use crate::error::Error;

/// The connector all handshakes share, with its session cache.
pub(crate) fn connector(extra_roots: &[Vec<u8>], http2: bool) -> Result<TlsConnector, Error> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    for der in extra_roots {
        let added = roots.add(CertificateDer::from_slice(der));
        added.map_err(|error| Error::Config {
            detail: format!("a root certificate cannot be used: {error}"),
        })?;
    }
    // The provider is named, not the process-wide default: another crate's choice must not change it.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::Config { detail: error.to_string() })?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols =
        if http2 { vec![b"h2".to_vec(), b"http/1.1".to_vec()] } else { vec![b"http/1.1".to_vec()] };
    Ok(TlsConnector::from(Arc::new(config)))
}
