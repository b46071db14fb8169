//! Contacts from HTML: emails, phones, addresses, social profiles, organisation. No IO.
