//! The site a page belongs to: its host, and what belongs to the same owner.

use url::Url;

use crate::Options;

/// Where a page stands.
#[derive(Debug, Clone, Default)]
pub(crate) struct Site {
    /// The host in lower case; empty when it is not known.
    pub(crate) host: String,
    /// The registrable domain of the host.
    domain: String,
}

impl Site {
    /// The site of a page.
    pub(crate) fn of(options: &Options) -> Self {
        let url = options.url.as_deref().and_then(|url| Url::parse(url.trim()).ok());
        let host = url.and_then(|url| url.host_str().map(str::to_ascii_lowercase)).unwrap_or_default();
        let domain = psl::domain_str(&host).unwrap_or_default().to_owned();
        Self { host, domain }
    }

    /// Whether an address is of this site's own domain.
    pub(crate) fn owns_email(&self, email: &str) -> bool {
        let domain = email.rsplit('@').next().unwrap_or("");
        !self.domain.is_empty()
            && domain
                .strip_suffix(self.domain.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }

    /// The registrable domain: `acme.co.uk` of `www.acme.co.uk`; empty when it is not known.
    pub(crate) fn domain(&self) -> &str {
        &self.domain
    }

    /// The name in the registrable domain: `acme` of `www.acme.co.uk`.
    pub(crate) fn name(&self) -> &str {
        self.domain.split('.').next().unwrap_or("")
    }
}
