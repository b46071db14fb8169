//! Signing in and what comes of it.

use std::time::Duration;

use admin::identity::{Actor, Credential, IdentityError, Means, NewApiToken, SentFrom, SignIn};
use model::{RecordKind, Role};

use crate::home::{Home, PASSWORD, origin};

const SAFE: SentFrom<'static> =
    SentFrom { is_safe: true, host: None, origin: None, sec_fetch_site: None, csrf_token: None };

pub(crate) async fn the_first_superadmin_must_change_the_one_time_password(home: &Home) {
    let weak = home.identity.ensure_superadmin(Some("admin1234567")).await;
    assert!(matches!(weak, Err(IdentityError::Invalid { .. })), "{weak:?}");
    let once = home.identity.ensure_superadmin(None).await.expect("first").expect("a password");
    assert_eq!(home.identity.ensure_superadmin(Some(PASSWORD)).await.expect("second"), None);

    let refused = home.sign_in("admin", &once).await;
    assert!(matches!(refused, Err(IdentityError::PasswordMustChange)), "{refused:?}");
    let change = |new| SignIn {
        name: "admin",
        password: &once,
        new_password: Some(new),
        replaces: None,
        origin: &home.origin,
    };
    for bad in ["short", once.as_str()] {
        let refused = home.identity.sign_in(change(bad), &home.audit).await;
        assert!(matches!(refused, Err(IdentityError::Invalid { field: "password", .. })), "{refused:?}");
    }
    let signed_in = home.identity.sign_in(change(PASSWORD), &home.audit).await.expect("changed");
    assert_eq!(signed_in.principal.role, Role::Superadmin);
    assert!(home.sign_in("admin", &once).await.is_err(), "it was for once");
    home.sign_in("ADMIN ", PASSWORD).await.expect("signed in");
}

pub(crate) async fn a_session_is_the_users_until_they_sign_out(home: &Home) {
    home.person("ann", Role::Operator).await;
    let signed_in = home.sign_in("ann", PASSWORD).await.expect("signed in");
    let cookie = signed_in.session_secret.as_str();
    let principal = home.identity.authenticate(Credential::Cookie(cookie, SAFE), &home.origin).await;
    let principal = principal.expect("let in");
    assert_eq!(
        (principal.name.as_str(), principal.role, principal.means),
        ("ann", Role::Operator, Means::Session)
    );

    let unsafe_from = |csrf_token| SentFrom { is_safe: false, csrf_token, ..SAFE };
    let token = home.identity.csrf_token(cookie);
    assert_eq!(token, signed_in.csrf_token);
    let with = Credential::Cookie(cookie, unsafe_from(Some(&token)));
    home.identity.authenticate(with, &home.origin).await.expect("with the token");
    let without =
        home.identity.authenticate(Credential::Cookie(cookie, unsafe_from(None)), &home.origin).await;
    assert!(matches!(without, Err(IdentityError::CrossSite)), "{without:?}");

    let again = SignIn {
        name: "ann",
        password: PASSWORD,
        new_password: None,
        replaces: Some(cookie),
        origin: &home.origin,
    };
    let rotated = home.identity.sign_in(again, &home.audit).await.expect("signed in again");
    let old = home.identity.authenticate(Credential::Cookie(cookie, SAFE), &home.origin).await;
    assert!(matches!(old, Err(IdentityError::Unauthenticated)), "the old one went: {old:?}");

    home.identity.sign_out(&rotated.principal, &home.origin, &home.audit).await.expect("signed out");
    let cookie = Credential::Cookie(&rotated.session_secret, SAFE);
    assert!(home.identity.authenticate(cookie, &home.origin).await.is_err());
    assert!(home.identity.sessions(None).await.expect("sessions").is_empty());
}

pub(crate) async fn a_changed_user_has_to_sign_in_again(home: &Home) {
    home.person("root", Role::Superadmin).await;
    let number = home.person("ann", Role::Viewer).await;
    for step in 0..4 {
        let signed_in = home.sign_in("ann", PASSWORD).await.expect("signed in");
        let credentials =
            [Credential::Cookie(&signed_in.session_secret, SAFE), Credential::Bearer(&signed_in.bearer)];
        for credential in credentials {
            home.identity.authenticate(credential, &home.origin).await.expect("let in");
        }
        match step {
            0 => home.identity.set_role(number, Role::Admin).await.map(|_| ()),
            1 => home.identity.set_disabled(number, true).await.map(|_| ()),
            2 => home.identity.reset_password(number, Some(PASSWORD)).await.map(|_| ()),
            _ => home.identity.reset_password(number, None).await.map(|_| ()),
        }
        .expect("changed");
        for credential in credentials {
            let after = home.identity.authenticate(credential, &home.origin).await;
            assert!(matches!(after, Err(IdentityError::Unauthenticated)), "step {step}: {after:?}");
        }
        if step == 1 {
            let kept_out = home.sign_in("ann", PASSWORD).await;
            assert!(matches!(kept_out, Err(IdentityError::BadCredentials)), "{kept_out:?}");
            home.identity.set_disabled(number, false).await.expect("let in again");
        }
    }
}

pub(crate) async fn tokens_do_what_their_scopes_and_their_owner_may(home: &Home) {
    home.person("root", Role::Superadmin).await;
    let number = home.person("ann", Role::Admin).await;
    let ann = home.sign_in("ann", PASSWORD).await.expect("signed in").principal;
    let scopes = ["job.*".to_owned()];
    let wanted = NewApiToken {
        name: "nightly",
        role: Role::Admin,
        scopes: Some(&scopes),
        expires_in: Some(Duration::from_secs(100)),
    };
    let too_much = NewApiToken { role: Role::Superadmin, ..wanted.clone() };
    assert!(home.identity.create_token(too_much, &ann).await.is_err(), "more than her own role");
    let (view, whole) = home.identity.create_token(wanted.clone(), &ann).await.expect("a token");
    assert!(whole.starts_with(&view.begins));

    let principal =
        home.identity.authenticate(Credential::Bearer(&whole), &home.origin).await.expect("let in");
    assert_eq!(principal.role, Role::Admin);
    assert!(principal.is_in_scope("job.retry") && !principal.is_in_scope("queue.pause"));
    assert!(matches!(principal.actor, Actor::Token { owner: Some(owner), .. } if owner == number));
    let unscoped = NewApiToken { scopes: None, ..wanted.clone() };
    assert!(home.identity.create_token(unscoped, &principal).await.is_err(), "scopes are not shed");
    assert!(home.identity.issue_bearer(&principal).await.is_err(), "a token begets no signed token");

    home.identity.set_role(number, Role::Viewer).await.expect("demoted");
    let principal =
        home.identity.authenticate(Credential::Bearer(&whole), &home.origin).await.expect("let in");
    assert_eq!(principal.role, Role::Viewer, "no more than its owner");

    let seen = home.identity.tokens(None, 10).await.expect("tokens").remove(0);
    assert_eq!(seen.last_used_ip.as_deref(), Some("192.0.2.1"));
    home.clock.advance(Duration::from_secs(59));
    let elsewhere = origin("198.51.100.9");
    home.identity.authenticate(Credential::Bearer(&whole), &elsewhere).await.expect("let in");
    let same = home.identity.tokens(None, 10).await.expect("tokens").remove(0);
    assert_eq!(same.last_used_at, seen.last_used_at, "written at most once a minute");
    home.clock.advance(Duration::from_secs(41));
    assert!(home.identity.authenticate(Credential::Bearer(&whole), &home.origin).await.is_err(), "expired");

    let (view, whole) = home
        .identity
        .create_token(NewApiToken { expires_in: None, role: Role::Viewer, ..wanted }, &ann)
        .await
        .expect("a token");
    let token = RecordKind::Token.number(view.id).expect("a token's id");
    home.identity.revoke_token(token, "root").await.expect("revoked");
    assert!(home.identity.authenticate(Credential::Bearer(&whole), &home.origin).await.is_err(), "revoked");
}

pub(crate) async fn a_lockout_does_not_reach_the_owner_where_she_is_known(home: &Home) {
    home.person("ann", Role::Superadmin).await;
    home.sign_in("ann", PASSWORD).await.expect("known from here on");
    let mut throttled = 0;
    for bot in 0..30 {
        let from = origin(&format!("198.51.100.{bot}"));
        let refused = home.sign_in_from("ann", "a wrong password", &from).await;
        throttled += usize::from(matches!(refused, Err(IdentityError::Throttled { .. })));
    }
    assert!(throttled >= 20, "{throttled}");
    let stranger = home.sign_in_from("ann", PASSWORD, &origin("203.0.113.1")).await;
    assert!(matches!(stranger, Err(IdentityError::Throttled { .. })), "{stranger:?}");
    home.sign_in("ann", PASSWORD).await.expect("she still may");
    let nobody = home.sign_in_from("nobody", "x", &origin("203.0.113.1")).await;
    assert!(matches!(nobody, Err(IdentityError::BadCredentials)), "others are not concerned: {nobody:?}");
}
