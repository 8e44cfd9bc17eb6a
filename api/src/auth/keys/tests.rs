use super::*;

fn written(name: &str, json: &impl Serialize) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    fs::write(&path, serde_json::to_vec(json).unwrap()).unwrap();
    (dir, path)
}

/// RFC 8037, appendix A.2 and A.3: the key and its thumbprint.
#[test]
fn the_id_is_the_thumbprint_of_the_standard() {
    let public = bytes32("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo").unwrap();
    assert_eq!(
        thumbprint(&public),
        "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    );
}

#[test]
fn what_keygen_writes_is_read_back() {
    let private = PrivateKey::new(&[7; 32]);
    let (_dir, path) = written("key.json", &private.to_jwk());
    let read = PrivateKey::load(&path).unwrap();
    assert_eq!((read.public(), read.id()), (private.public(), private.id()));
    let (_dir, path) = written("key.public.json", &private.to_jwks());
    let set = KeySet::load(&path).unwrap();
    assert!(set.find(Some(&private.id())).is_some());
    assert!(set.find(None).is_some(), "the only one needs no id");
    assert!(set.find(Some("other")).is_none());
}

#[test]
fn the_server_refuses_private_keys() {
    let private = PrivateKey::new(&[7; 32]);
    let (_dir, path) = written("key.json", &private.to_jwk());
    let error = KeySet::load(&path).unwrap_err();
    assert!(matches!(error.defect, KeyDefect::Private), "{error}");
    let keys = vec![private.to_jwk()];
    let (_dir, path) = written("keys.json", &Jwks { keys });
    let error = KeySet::load(&path).unwrap_err();
    assert!(matches!(error.defect, KeyDefect::Private), "{error}");
}

#[test]
fn other_keys_are_refused_by_name() {
    let weak = jwk(&[0; 32]);
    let mut other = jwk(&PrivateKey::new(&[7; 32]).public());
    "X25519".clone_into(&mut other.crv);
    for wrong in [weak, other] {
        let (_dir, path) = written("keys.json", &Jwks { keys: vec![wrong] });
        let error = KeySet::load(&path).unwrap_err();
        assert!(matches!(error.defect, KeyDefect::NotEd25519(_)), "{error}");
    }
}

#[test]
fn a_directory_is_all_its_files() {
    let dir = tempfile::tempdir().unwrap();
    let nothing = KeySet::load(dir.path()).unwrap_err();
    assert!(matches!(nothing.defect, KeyDefect::Empty));
    let before = Stamp::of(dir.path()).unwrap();
    for n in 1..=2 {
        let jwks = PrivateKey::new(&[n; 32]).to_jwks();
        let path = dir.path().join(format!("{n}.json"));
        fs::write(path, serde_json::to_vec(&jwks).unwrap()).unwrap();
    }
    let set = KeySet::load(dir.path()).unwrap();
    assert_eq!(set.len(), 2);
    assert!(set.find(None).is_none(), "two keys need ids");
    assert_ne!(Stamp::of(dir.path()).unwrap(), before);
}

#[test]
fn no_content_of_a_private_key_is_printed() {
    let private = PrivateKey::new(&[7; 32]).to_jwk();
    let secret = private.d.clone().unwrap();
    assert!(!format!("{private:?}").contains(&secret));
}
