use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::*;

fn realm() -> Realm {
    Realm {
        issuer: "sijill".to_owned(),
        audience: "sijill.gov.example/health".to_owned(),
    }
}

fn key() -> PrivateKey {
    PrivateKey::new(&[7; 32])
}

fn keys() -> KeySet {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("keys.json");
    std::fs::write(&path, serde_json::to_vec(&key().to_jwks()).unwrap()).unwrap();
    KeySet::load(&path).unwrap()
}

fn identity() -> Identity {
    Identity {
        id: subject("official:4711").unwrap(),
        roles: vec![Role::Storekeeper, Role::Requester],
        position: Some(Code::new("EG-MOH-CAI-storekeeper").unwrap()),
        facilities: Arc::new([FacilityId::new("EG-C-01").unwrap()].into()),
        nationwide: true,
        expires: now() + 60,
    }
}

fn claims() -> Value {
    json!({
        "iss": "sijill", "aud": "sijill.gov.example/health", "sub": "official:4711",
        "exp": now() + 60, "roles": ["storekeeper"],
    })
}

/// A token of any header and claims, rightly signed.
fn signed(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    eddsa::install();
    let signature =
        jsonwebtoken::crypto::sign(message.as_bytes(), &key().encoding(), eddsa::ALGORITHM);
    format!("{message}.{}", signature.unwrap())
}

fn header() -> Value {
    json!({"alg": "EdDSA", "typ": "JWT", "kid": key().id()})
}

fn error_of(token: &str) -> TokenError {
    verify(token, &keys(), &realm()).unwrap_err()
}

#[test]
fn what_is_issued_is_verified() {
    let token = issue(&identity(), &key(), &realm()).unwrap();
    let verified = verify(&token, &keys(), &realm()).unwrap();
    assert_eq!(verified.identity, identity());
    assert_eq!(verified.key, key().public());
}

#[test]
fn tokens_of_other_makers_are_read() {
    let many = json!({"aud": ["other", "sijill.gov.example/health"]});
    let mut claims = claims();
    claims["aud"] = many["aud"].clone();
    claims["jti"] = json!("x");
    let read = verify(&signed(&header(), &claims), &keys(), &realm())
        .unwrap()
        .identity;
    assert_eq!(read.roles, [Role::Storekeeper]);
    assert!(read.facilities.is_empty());
    assert!(!read.nationwide, "unless it is said");
}

#[test]
fn a_forged_token_is_not_taken() {
    let forger = PrivateKey::new(&[8; 32]);
    let strange = issue(&identity(), &forger, &realm()).unwrap();
    assert_eq!(error_of(&strange), TokenError::UnknownKey);
    // The forger claims to have used the right key.
    let mine = issue(&identity(), &key(), &realm()).unwrap();
    let signature = strange.rsplit_once('.').unwrap().1.to_owned();
    let claimed = format!("{}.{signature}", mine.rsplit_once('.').unwrap().0);
    assert_eq!(error_of(&claimed), TokenError::Signature);
    // Someone adds a role to a token of theirs.
    let mut parts: Vec<String> = mine.split('.').map(str::to_owned).collect();
    let mut payload: Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(&parts[1]).unwrap()).unwrap();
    payload["roles"] = json!(["administrator"]);
    parts[1] = URL_SAFE_NO_PAD.encode(payload.to_string());
    assert_eq!(error_of(&parts.join(".")), TokenError::Signature);
}

#[test]
fn no_other_algorithm_is_taken() {
    let none = json!({"alg": "none"});
    let unsigned = signed(&none, &claims());
    let unsigned = format!("{}.", unsigned.rsplit_once('.').unwrap().0);
    assert!(matches!(
        error_of(&unsigned),
        TokenError::Algorithm | TokenError::Malformed
    ));
    for alg in ["HS256", "RS256", "ES256"] {
        let other = json!({"alg": alg, "kid": key().id()});
        assert_eq!(error_of(&signed(&other, &claims())), TokenError::Algorithm);
    }
}

#[test]
fn what_must_be_understood_and_is_not_ends_it() {
    let mut critical = header();
    critical["crit"] = json!(["b64"]);
    assert_eq!(
        error_of(&signed(&critical, &claims())),
        TokenError::Malformed
    );
}

#[test]
fn times_hold_but_for_the_skew_of_clocks() {
    let at = |name: &str, seconds: u64| {
        let mut claims = claims();
        claims[name] = json!(seconds);
        verify(&signed(&header(), &claims), &keys(), &realm())
    };
    assert_eq!(
        at("exp", now() - SKEW_SECONDS - 2),
        Err(TokenError::Expired)
    );
    assert!(at("exp", now() - SKEW_SECONDS + 5).is_ok());
    assert_eq!(
        at("nbf", now() + SKEW_SECONDS + 5),
        Err(TokenError::NotYetValid)
    );
    assert!(at("nbf", now() + SKEW_SECONDS - 5).is_ok());
}

#[test]
fn every_required_claim_is_required() {
    for name in ["iss", "aud", "exp", "sub", "roles"] {
        let mut claims = claims();
        claims.as_object_mut().unwrap().remove(name);
        let error = error_of(&signed(&header(), &claims));
        assert!(
            matches!(error, TokenError::Claim { .. } | TokenError::Malformed),
            "{name}: {error:?}"
        );
    }
    for (name, wrong, error) in [
        ("iss", json!("other"), TokenError::Issuer),
        ("aud", json!("other"), TokenError::Audience),
    ] {
        let mut claims = claims();
        claims[name] = wrong;
        assert_eq!(error_of(&signed(&header(), &claims)), error);
    }
}

#[test]
fn claims_are_legal_values() {
    for (name, wrong) in [
        ("sub", json!("4711")),
        ("sub", json!("system")),
        ("sub", json!("official:")),
        ("roles", json!([])),
        ("roles", json!(["system"])),
        ("roles", json!(["storekeeper", "king"])),
        ("position", json!("")),
        ("facilities", json!(["../x"])),
        ("facilities", json!(vec!["F"; 201])),
    ] {
        let mut claims = claims();
        claims[name] = wrong.clone();
        let error = error_of(&signed(&header(), &claims));
        let named = matches!(error, TokenError::Claim { name: found, .. } if found == name);
        assert!(named, "{name} = {wrong}: {error:?}");
    }
}

#[test]
fn garbage_is_no_token() {
    for garbage in [
        "",
        ".",
        "..",
        "a.b.c",
        "a.b",
        &"x".repeat(TOKEN_BYTES_MAX + 1),
        "é.é.é",
    ] {
        assert_eq!(error_of(garbage), TokenError::Malformed, "{garbage:.20}");
    }
}
