//! The fetcher against small servers on loopback that behave well and badly.

mod encodings;
mod guard;
mod limits;
mod pace;
mod providers;
mod redirects;
mod robots;
mod robots_files;
mod site;
mod tls;
