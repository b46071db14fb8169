//! The commands, one room each.

pub mod audit;
pub mod classify;
pub mod db;
pub mod demo;
pub mod extract;
mod input;
mod node;
pub mod openapi;
pub mod parse_sitemap;
pub mod scan;
pub mod serve;
pub mod token;
pub mod user;
pub mod worker;
