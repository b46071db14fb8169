//! The guard refuses every address that is not of the public internet, however it is spelt.

use proptest::prelude::*;

use super::*;

fn public(text: &str) -> bool {
    is_public(text.parse().unwrap())
}

#[test]
fn public_addresses_pass() {
    for text in [
        "1.1.1.1",
        "8.8.8.8",
        "93.184.216.34",
        "172.15.255.255",
        "172.32.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "192.0.1.1",
        "223.255.255.255",
        "2606:4700::1111",
        "2a00:1450:4001::200e",
        "::ffff:8.8.8.8",
        "64:ff9b::8.8.8.8",
        "2002:0808:0808::1",
        "2400:cb00::1",
        "2400:cb00::5efe:8.8.8.8",
    ] {
        assert!(public(text), "{text} is public");
    }
}

#[test]
fn special_addresses_are_refused() {
    for text in [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "100.127.255.255",
        "100.100.100.200",
        "127.0.0.1",
        "127.255.255.255",
        "169.254.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.0.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "168.63.129.16",
    ] {
        assert!(!public(text), "{text} is not public");
    }
}

#[test]
fn special_ipv6_addresses_are_refused() {
    for text in [
        "::",
        "::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "3fff::1",
        "100::1",
        "2001::1",
        "2001:2::1",
        "2001:20::1",
        "5f00::1",
        "4000::1",
        "::127.0.0.1",
        "::10.8.8.8",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:0:127.0.0.1",
        "64:ff9b::127.0.0.1",
        "64:ff9b::169.254.169.254",
        "64:ff9b:1::8.8.8.8",
        "2002:7f00:1::1",
        "2002:a00:1::",
        "2400:cb00::5efe:10.0.0.1",
        "2400:cb00::200:5efe:192.168.0.1",
        "fe80::5efe:8.8.8.8",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    ] {
        assert!(!public(text), "{text} is not public");
    }
}

fn refusal(url: &str) -> Option<Refusal> {
    match Guard::new(false).check_url(&Url::parse(url).unwrap()) {
        Ok(()) => None,
        Err(Error::Refused { reason, .. }) => Some(reason),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn odd_spellings_of_loopback_are_seen_through() {
    for url in [
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://0x7f.1/",
        "http://127.0.0.1./",
        "http://①②⑦.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:7f00:1]/",
        "http://0/",
        "http://127\u{3002}0\u{ff0e}0\u{ff61}1/",
        "http://\u{ff11}\u{ff12}\u{ff17}.0.0.1/",
        "http://0x7f000001./",
        "http://017700000001/",
        "http://127.0x0.0.01/",
        "http://%31%32%37.0.0.1/",
        "http://[::127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[0:0:0:0:0:0:0:1]/",
        "http://1.1.1.1@127.0.0.1/",
        "http:\\\\127.0.0.1\\@1.1.1.1/",
        "http:127.0.0.1",
        "http://localhost/",
        "http://LOCALHOST./",
        "http://x.localhost/",
        "http://user:pw@127.0.0.1/",
    ] {
        assert!(matches!(refusal(url), Some(Refusal::Address(_))), "{url} is loopback");
    }
}

#[test]
fn what_is_no_host_is_no_url() {
    for text in [
        "http://[fe80::1%25eth0]/",
        "http://[::1%lo]/",
        "http://256.1.1.1/",
        "http://0x100000000/",
        "http://[::g]/",
        "http:///",
    ] {
        assert!(Url::parse(text).is_err(), "{text}");
    }
}

#[test]
fn metadata_services_are_refused_by_name_and_address() {
    assert!(matches!(refusal("http://metadata.google.internal/x"), Some(Refusal::Metadata(_))));
    assert!(matches!(refusal("http://Metadata.Google.Internal./x"), Some(Refusal::Metadata(_))));
    assert!(matches!(refusal("http://169.254.169.254/latest/"), Some(Refusal::Address(_))));
    assert!(matches!(refusal("http://[fd00:ec2::254]/latest/"), Some(Refusal::Address(_))));
}

#[test]
fn only_http_on_its_own_ports_is_fetched() {
    assert!(matches!(refusal("ftp://a.example/"), Some(Refusal::Scheme(_))));
    assert!(matches!(refusal("file:///etc/passwd"), Some(Refusal::Scheme(_))));
    assert!(matches!(refusal("gopher://a.example:70/"), Some(Refusal::Scheme(_))));
    assert_eq!(refusal("http://a.example:25/"), Some(Refusal::Port(25)));
    assert_eq!(refusal("http://a.example:6667/"), Some(Refusal::Port(6667)));
    assert_eq!(refusal("http://a.example:8080/"), None);
    assert_eq!(refusal("https://a.example/"), None);
}

#[test]
fn private_networks_can_be_allowed_but_schemes_and_ports_cannot() {
    let open = Guard::new(true);
    let check = |url: &str| open.check_url(&Url::parse(url).unwrap()).is_ok();
    assert!(check("http://127.0.0.1:8080/"));
    assert!(check("http://localhost/"));
    assert!(!check("file:///etc/passwd"));
    assert!(!check("http://127.0.0.1:22/"));
}

#[test]
fn a_refusal_does_not_show_the_password() {
    let error = Guard::new(false).check_url(&Url::parse("http://u:hunter2@10.0.0.1/").unwrap()).unwrap_err();
    assert!(!error.to_string().contains("hunter2"), "{error}");
}

#[test]
fn the_port_list_is_sorted_for_the_search() {
    assert!(BAD_PORTS.is_sorted());
}

proptest! {
    #[test]
    fn what_the_standard_library_calls_special_is_never_public(bits: u32) {
        let v4 = Ipv4Addr::from(bits);
        if v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_multicast() || v4.is_documentation()
            || v4.is_broadcast() || v4.is_unspecified()
        {
            prop_assert!(!is_public(v4.into()));
        }
        prop_assert_eq!(is_public(v4.to_ipv6_mapped().into()), is_public(v4.into()));
        prop_assert_eq!(is_public(v4.to_ipv6_compatible().into()), is_public(v4.into()));
    }

    #[test]
    fn no_special_ipv6_address_is_public(bits: u128) {
        let v6 = Ipv6Addr::from(bits);
        if v6.is_multicast() || v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local() {
            prop_assert!(!is_public(v6.into()));
        }
    }
}
