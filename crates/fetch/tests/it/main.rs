//! The fetcher against small servers on loopback that behave well and badly.

mod attacks;
mod encodings;
mod guard;
mod http2;
mod limits;
mod pace;
mod providers;
mod redirects;
mod robots;
mod robots_files;
mod site;
mod tls;
