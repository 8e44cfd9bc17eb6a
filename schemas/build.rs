//! Compiles the schemas with protox, so that no `protoc` is needed on the user's machine.

use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};
use std::{env, fs};

use prost_types::FileDescriptorSet;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=proto");
    let out = PathBuf::from(env::var("OUT_DIR")?);

    let mut compiler = protox::Compiler::new(["proto"])?;
    compiler.include_source_info(true).include_imports(true);
    compiler.open_files(schemas(Path::new("proto"))?)?;
    let mut messages = prost_build::Config::new();
    messages.enable_type_names().out_dir(&out);
    compile(messages, compiler.file_descriptor_set())?;

    // Reflection needs names and types; the comments would only make the program larger.
    compiler.include_source_info(false);
    fs::write(
        out.join("sijill.bin"),
        compiler.encode_file_descriptor_set(),
    )?;
    Ok(())
}

/// Messages only: whoever needs no services need not build their library.
#[cfg(not(feature = "grpc"))]
fn compile(mut messages: prost_build::Config, files: FileDescriptorSet) -> io::Result<()> {
    messages.compile_fds(files)
}

/// Messages, and clients and servers of the services.
#[cfg(feature = "grpc")]
fn compile(messages: prost_build::Config, files: FileDescriptorSet) -> io::Result<()> {
    tonic_prost_build::configure().compile_fds_with_config(files, messages)
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
