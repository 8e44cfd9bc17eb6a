//! Compiles the schemas with protox, so that no `protoc` is needed on the user's machine.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=proto");
    let out = PathBuf::from(env::var("OUT_DIR")?);

    let mut compiler = protox::Compiler::new(["proto"])?;
    compiler.include_source_info(true).include_imports(true);
    compiler.open_files(schemas(Path::new("proto"))?)?;
    prost_build::Config::new()
        .enable_type_names()
        .out_dir(&out)
        .compile_fds(compiler.file_descriptor_set())?;

    // Reflection needs names and types; the comments would only make the program larger.
    compiler.include_source_info(false);
    fs::write(
        out.join("sijill.bin"),
        compiler.encode_file_descriptor_set(),
    )?;
    Ok(())
}

/// All schemas below a folder, in a fixed order.
fn schemas(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(schemas(&path)?);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "proto")
        {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
