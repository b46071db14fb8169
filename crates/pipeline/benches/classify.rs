//! How many URLs a second are classified, on one core.

use divan::counter::ItemsCount;
use pipeline::classify::Rules;

fn main() {
    divan::main();
}

const URLS: usize = 10_000;

fn urls(make: impl Fn(usize) -> String) -> Vec<String> {
    (0..URLS).map(make).collect()
}

#[divan::bench_group(sample_count = 200)]
mod classify {
    use super::*;

    fn bench(bencher: divan::Bencher<'_, '_>, urls: Vec<String>) {
        let rules = Rules::default();
        bencher.counter(ItemsCount::new(urls.len())).bench(|| {
            urls.iter().filter(|url| rules.classify(divan::black_box(url)).confidence > 0.5).count()
        });
    }

    /// What large sitemaps are made of.
    #[divan::bench]
    fn titles(bencher: divan::Bencher<'_, '_>) {
        let sections = ["blog", "produkte", "projects", "ideas", "2023/11"];
        bench(
            bencher,
            urls(|at| {
                let section = sections[at % sections.len()];
                format!(
                    "https://www.example.org/{section}/copper-and-timber-for-every-house-in-the-valley-{at}/"
                )
            }),
        );
    }

    /// Root pages and their neighbours.
    #[divan::bench]
    fn roots(bencher: divan::Bencher<'_, '_>) {
        let roots = [
            "contact-us",
            "de/impressum.html",
            "ueber-uns/team",
            "services/roof-repair",
            "our-story/the-beginning",
        ];
        bench(bencher, urls(|at| format!("https://www.example.org/{}", roots[at % roots.len()])));
    }

    /// Percent-encoded Cyrillic.
    #[divan::bench]
    fn encoded(bencher: divan::Bencher<'_, '_>) {
        let path = "%D0%BE-%D0%BA%D0%BE%D0%BC%D0%BF%D0%B0%D0%BD%D0%B8%D0%B8/%D0%BA%D0%BE%D0%BD%D1%82%D0%B0%D0%BA%D1%82%D1%8B";
        bench(bencher, urls(|at| format!("https://www.example.org/{path}-{at}")));
    }
}
