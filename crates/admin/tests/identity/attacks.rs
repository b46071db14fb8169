//! Attacks on the doors: guessed, forged, cut, swapped, replayed and huge credentials.

use std::time::Duration;

use admin::identity::{Credential, IdentityError, SentFrom};
use model::Role;

use crate::home::{Home, PASSWORD, origin};

const SAFE: SentFrom<'static> =
    SentFrom { is_safe: true, host: None, origin: None, sec_fetch_site: None, csrf_token: None };

pub(crate) async fn whoever_does_not_exist_costs_as_much_as_whoever_does(home: &Home) {
    home.person("root", Role::Superadmin).await;
    home.person("ann", Role::Viewer).await;
    let gone = home.person("gone", Role::Viewer).await;
    home.identity.set_disabled(gone, true).await.expect("disabled");
    for (at, (name, password)) in [
        ("ann", "wrong"),
        ("gone", PASSWORD),
        ("nobody", "wrong"),
        ("", ""),
        ("no such name at all, and none that could be", "wrong"),
        ("ann\0", "wrong"),
        ("a' OR '1'='1", "wrong"),
    ]
    .into_iter()
    .enumerate()
    {
        let before = home.identity.verifications();
        let refused = home.sign_in_from(name, password, &origin(&format!("192.0.2.{}", at + 10))).await;
        assert!(matches!(refused, Err(IdentityError::BadCredentials)), "{name:?}: {refused:?}");
        assert_eq!(home.identity.verifications() - before, 1, "{name:?}");
    }
    // What is throttled is throttled alike, and costs nothing.
    for name in ["ann", "nobody"] {
        let mut codes = Vec::new();
        for _ in 0..8 {
            let refused = home.sign_in_from(name, "wrong", &origin("192.0.2.99")).await;
            codes.push(refused.expect_err("wrong").code());
        }
        assert_eq!(codes.last(), Some(&"rate_limited"), "{name}: {codes:?}");
    }
}

pub(crate) async fn nothing_but_the_real_credential_is_let_in(home: &Home) {
    home.person("ann", Role::Superadmin).await;
    let ann = home.sign_in("ann", PASSWORD).await.expect("signed in");
    let wanted =
        admin::identity::NewApiToken { name: "t", role: Role::Viewer, scopes: None, expires_in: None };
    let (_, token) = home.identity.create_token(wanted, &ann.principal).await.expect("a token");

    let cookie = ann.session_secret.as_str();
    let other_case: String = cookie.chars().map(|c| if c == 'a' { 'b' } else { 'a' }).collect();
    let mut cookies = vec![
        String::new(),
        other_case,
        format!("{cookie}="),
        format!(" {cookie}"),
        token.clone(),
        ann.bearer.clone(),
        "a".repeat(43),
        "ä".repeat(43),
        "a".repeat(10 << 20),
        "' OR 1=1 --".to_owned(),
    ];
    cookies.extend([0, 1, 20, 42].map(|end| cookie[..end].to_owned()));
    for wrong in cookies {
        let refused = home.identity.authenticate(Credential::Cookie(&wrong, SAFE), &home.origin).await;
        assert!(matches!(refused, Err(IdentityError::Unauthenticated)), "{}", wrong.len());
    }
    let mut bearers = vec![
        String::new(),
        cookie.to_owned(),
        format!("{}{}", &token[..17], "A".repeat(43)),
        token.replacen("slk_", "SLK_", 1),
        format!("{token}.x.y"),
        format!("{}.", ann.bearer),
        format!("{}x", ann.bearer),
        ann.bearer.replacen('.', "..", 1),
        "a.b.c".to_owned(),
        ".".repeat(1 << 20),
        "x".repeat(10 << 20),
    ];
    bearers.extend((0..token.len()).map(|end| token[..end].to_owned()));
    bearers.extend((0..ann.bearer.len()).step_by(7).map(|end| ann.bearer[..end].to_owned()));
    for wrong in bearers {
        let refused = home.identity.authenticate(Credential::Bearer(&wrong), &home.origin).await;
        assert!(matches!(refused, Err(IdentityError::Unauthenticated)), "{}", wrong.len());
    }
    for right in [token.as_str(), ann.bearer.as_str()] {
        home.identity.authenticate(Credential::Bearer(right), &home.origin).await.expect("the real one");
    }
}

pub(crate) async fn signed_tokens_hold_for_their_time_and_their_users_epoch(home: &Home) {
    home.person("root", Role::Superadmin).await;
    home.person("ann", Role::Viewer).await;
    let first = home.sign_in("ann", PASSWORD).await.expect("signed in");
    home.clock.advance(Duration::from_secs(14 * 60));
    home.identity.authenticate(Credential::Bearer(&first.bearer), &home.origin).await.expect("still holds");
    home.clock.advance(Duration::from_secs(60));
    let late = home.identity.authenticate(Credential::Bearer(&first.bearer), &home.origin).await;
    assert!(matches!(late, Err(IdentityError::Unauthenticated)), "{late:?}");

    // Shortly before a key is rotated, a token is made: the next key does not end it.
    let second = home.sign_in("ann", PASSWORD).await.expect("signed in");
    home.clock.advance(Duration::from_secs(7 * 86_400 - 16 * 60));
    let third = home.sign_in("ann", PASSWORD).await.expect("signed in");
    home.clock.advance(Duration::from_secs(5 * 60));
    let fourth = home.sign_in("ann", PASSWORD).await.expect("signed in");
    for (bearer, holds) in [(&second.bearer, false), (&third.bearer, true), (&fourth.bearer, true)] {
        let result = home.identity.authenticate(Credential::Bearer(bearer), &home.origin).await;
        assert_eq!(result.is_ok(), holds);
    }
    let kid = |bearer: &str| bearer.split('.').next().map(str::to_owned);
    assert_ne!(kid(&third.bearer), kid(&fourth.bearer), "another key signs");
}
