//! `sitelode openapi`: the document of the API.

use std::io::Write;
use std::process::ExitCode;

use crate::failure::Failure;

/// Prints the OpenAPI document of the API.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  sitelode openapi > openapi.json")]
pub struct Openapi {}

impl Openapi {
    /// Prints it.
    ///
    /// # Errors
    /// If standard output is closed.
    pub fn run(&self) -> Result<ExitCode, Failure> {
        std::io::stdout().write_all(server::document().as_bytes())?;
        Ok(ExitCode::SUCCESS)
    }
}
