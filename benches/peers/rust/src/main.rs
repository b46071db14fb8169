//! Our parts beside Rust crates of others: `peers sitemap FILE ROUNDS`, `peers extract FOLDER ROUNDS`.
//!
//! Each round every reader reads the same bytes, one after the other; a line `reader, seconds, items` (parted by
//! tabs) for each.

use std::error::Error;
use std::hint::black_box;

use clock::{Clock, SystemClock};

mod extract;
mod sitemaps;

/// Something that reads the input and says how many items it found.
type Reader<'a, Input> = (&'a str, fn(&Input) -> usize);

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [what, input, rounds] = args.as_slice() else {
        return Err("usage: peers sitemap FILE ROUNDS | peers extract FOLDER ROUNDS".into());
    };
    let rounds = rounds.parse()?;
    match what.as_str() {
        "sitemap" => turn_by_turn(&std::fs::read_to_string(input)?, sitemaps::READERS, rounds),
        "extract" => turn_by_turn(&extract::pages(input)?, extract::READERS, rounds),
        other => return Err(format!("{other} is not measured here").into()),
    }
    Ok(())
}

/// Lets every reader read once in each round; a round before the first warms up.
fn turn_by_turn<Input>(input: &Input, readers: &[Reader<'_, Input>], rounds: usize) {
    let clock = SystemClock::default();
    for (_, read) in readers {
        black_box(read(black_box(input)));
    }
    for _ in 0..rounds {
        for (name, read) in readers {
            let start = clock.elapsed();
            let items = black_box(read(black_box(input)));
            let took = clock.elapsed() - start;
            println!("{name}\t{}\t{items}", took.as_secs_f64());
        }
    }
}
