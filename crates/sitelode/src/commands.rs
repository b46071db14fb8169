//! The commands, one room each.

pub mod audit;
pub mod classify;
pub mod db;
pub mod demo;
pub mod extract;
mod input;
pub mod parse_sitemap;
pub mod scan;
pub mod token;
pub mod user;
