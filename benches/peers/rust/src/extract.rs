//! Readers of a folder of pages.

use std::fs;
use std::hint::black_box;

use crate::Reader;

/// Ours, and the least that any extractor on a browser's tree has to do.
pub const READERS: &[Reader<'_, Vec<Vec<u8>>>] = &[("sitelode", contacts), ("html5ever", html5ever_parse)];

/// All pages of a folder and those below it, in memory.
pub fn pages(folder: &str) -> std::io::Result<Vec<Vec<u8>>> {
    let mut pages = Vec::new();
    let mut folders = vec![std::path::PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "html" || ending == "htm") {
                pages.push(fs::read(path)?);
            }
        }
    }
    if pages.is_empty() {
        return Err(std::io::Error::other("the folder has no .html files"));
    }
    Ok(pages)
}

/// Every kind of contact, the country inferred.
fn contacts(pages: &Vec<Vec<u8>>) -> usize {
    let options = contacts::Options::default();
    for page in pages {
        black_box(contacts::extract(page, &options));
    }
    pages.len()
}

/// A tree, and nothing taken from it.
fn html5ever_parse(pages: &Vec<Vec<u8>>) -> usize {
    for page in pages {
        black_box(scraper::Html::parse_document(&String::from_utf8_lossy(page)));
    }
    pages.len()
}
