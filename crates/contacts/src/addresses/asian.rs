//! Addresses in Chinese, Japanese and Korean writing, which put the widest part first and no blanks between.

use super::{
    assemble::Draft,
    page::{Page, Span},
};
use crate::region::Country;

/// Longest line that is read, in bytes.
const MAX_LINE_BYTES: usize = 400;

/// Characters at which an address ends.
const ENDS: &[char] = &[
    ' ', '　', '\u{a0}', ',', '，', '、', '。', ';', '；', '|', '｜', '(', ')', '（', '）', '/', 'T', 't',
    'F', '电', '電', '전', '邮', '郵', '〒', '☎', '※', '·', '・', '传', '热', 'E',
];

/// The address of a line.
pub(super) fn read(page: &Page<'_>, line: usize) -> Option<Draft> {
    let text = page.text(line);
    if text.is_ascii() || text.len() > MAX_LINE_BYTES {
        return None;
    }
    let found = japanese(text).or_else(|| korean(text)).or_else(|| chinese(text))?;
    let above = line.checked_sub(1).map_or("", |line| page.text(line));
    let code = code(text, found.country).or_else(|| code(above, found.country).filter(|_| above.len() < 40));
    let base = page.start(line);
    let piece = |span: Span| text.get(span.start..span.end).unwrap_or_default().trim().to_owned();
    Some(Draft {
        start: base + found.region.start,
        end: base + found.street.end,
        street: piece(found.street),
        city: piece(found.city),
        region: piece(found.region),
        confidence: if code.is_some() { 0.9 } else { 0.6 },
        code: code.unwrap_or_default(),
        country: Country::parse(found.country),
    })
}

/// The parts of an address in its line.
struct Parts {
    region: Span,
    city: Span,
    street: Span,
    country: &'static str,
}

/// `東京都千代田区丸の内1-1-1`: prefecture, municipality, the rest with a number.
fn japanese(text: &str) -> Option<Parts> {
    let (mark, end) = ["東京都", "北海道", "大阪府", "京都府"]
        .iter()
        .find_map(|name| text.find(name).map(|at| (at, at + name.len())))
        .or_else(|| {
            text.char_indices()
                .find(|(_, letter)| *letter == '県')
                .map(|(at, letter)| (name_start(text, at, 3), at + letter.len_utf8()))
        })?;
    let tail = &text[end..];
    let city = ["市", "区", "町", "村"]
        .iter()
        .filter_map(|mark| tail.find(mark).map(|at| at + mark.len()))
        .min()
        .filter(|at| *at <= 30)?;
    // `横浜市西区`: the ward belongs to the city.
    let ward = tail[city..].find('区').filter(|at| *at <= 12).map_or(city, |at| city + at + '区'.len_utf8());
    let street = street(text, end + ward, 120)?;
    Some(Parts {
        region: Span { start: mark, end },
        city: Span { start: end, end: end + ward },
        street,
        country: "JP",
    })
}

/// `서울특별시 강남구 테헤란로 123`: province, city or district, street with its number.
fn korean(text: &str) -> Option<Parts> {
    let words: Vec<(usize, &str)> = text
        .split([' ', '\u{a0}'])
        .scan(0, |at, word| {
            let start = *at;
            *at += word.len()
                + text
                    .get(start + word.len()..)
                    .and_then(|rest| rest.chars().next())
                    .map_or(0, char::len_utf8);
            Some((start, word))
        })
        .collect();
    let hangul = |word: &str| word.starts_with(|letter: char| matches!(letter, '가'..='힣'));
    let road = words.iter().position(|(_, word)| {
        hangul(word)
            && ["로", "길", "동", "가", "읍", "면"].iter().any(|end| word.ends_with(end))
            && word.chars().count() > 1
    })?;
    let first = words[..road].iter().position(|(_, word)| {
        hangul(word)
            && ["시", "도", "구", "군", "서울", "부산", "대구", "인천", "경기", "광주", "대전"]
                .iter()
                .any(|end| word.ends_with(end))
    })?;
    let number =
        words.get(road + 1).filter(|(_, word)| word.starts_with(|letter: char| letter.is_ascii_digit()))?;
    let number_end = number.0 + number.1.trim_end_matches([',', '.', ')']).len();
    let district = words[first..road].last()?;
    let start = words[first].0;
    let region_end = if district.0 > start { district.0 } else { start };
    Some(Parts {
        region: Span { start, end: region_end },
        city: Span { start: district.0, end: district.0 + district.1.len() },
        street: Span { start: words[road].0, end: number_end },
        country: "KR",
    })
}

/// `上海市浦东新区世纪大道100号`: province or city, then a street that ends with its number.
fn chinese(text: &str) -> Option<Parts> {
    let (at, mark) = text.char_indices().find(|(_, letter)| matches!(letter, '市' | '省' | '縣' | '县'))?;
    let end = at + mark.len_utf8();
    let start = name_start(text, at, 3);
    let tail = &text[end..];
    let road = tail.char_indices().find(|(_, letter)| {
        matches!(letter, '路' | '街' | '道' | '巷' | '弄' | '村' | '镇' | '区' | '區' | '大')
    })?;
    let number = tail[road.0..].find('号').or_else(|| tail[road.0..].find('號')).filter(|at| *at < 60)?;
    let before = &tail[..road.0 + number];
    if !before.ends_with(|letter: char| letter.is_ascii_digit()) {
        return None;
    }
    let street = street(text, end, 150)?;
    let country = if text.contains(['號', '區', '縣']) { "TW" } else { "CN" };
    let province = mark == '省';
    let city_end = if province {
        tail.find('市').filter(|at| *at <= 15).map(|at| end + at + '市'.len_utf8())
    } else {
        None
    };
    Some(match city_end {
        Some(city_end) => Parts {
            region: Span { start, end },
            city: Span { start: end, end: city_end },
            street: Span { start: city_end, end: street.end },
            country,
        },
        None => Parts { region: Span { start, end: start }, city: Span { start, end }, street, country },
    })
}

/// Where a name of at most `most` characters starts that ends at `end`.
fn name_start(text: &str, end: usize, most: usize) -> usize {
    let letters = text[..end].char_indices().rev().take(most);
    letters
        .take_while(|(_, letter)| {
            matches!(letter, '\u{4e00}'..='\u{9fff}') && !matches!(letter, '址' | '国' | '國')
        })
        .last()
        .map_or(end, |(at, _)| at)
}

/// The rest of an address from an offset to where it ends; it must hold a number.
fn street(text: &str, from: usize, most: usize) -> Option<Span> {
    let tail = text.get(from..)?;
    let tail = &tail[..tail.floor_char_boundary(most)];
    let lead = tail.len() - tail.trim_start().len();
    let end = tail[lead..].find(ENDS).map_or(tail.len(), |at| at + lead);
    let street = &tail[..end];
    street
        .chars()
        .any(|letter| letter.is_numeric() || matches!(letter, '一'..='十'))
        .then_some(Span { start: from, end: from + end })
}

/// The postcode of a line, by the length its country uses.
fn code(text: &str, country: &str) -> Option<String> {
    let digits = match country {
        "JP" => 7,
        "CN" => 6,
        _ => 5,
    };
    let mut rest = text;
    while let Some(at) = rest.find(|letter: char| letter.is_ascii_digit()) {
        let run = &rest[at..];
        let end = run
            .find(|letter: char| !(letter.is_ascii_digit() || country == "JP" && letter == '-'))
            .unwrap_or(run.len());
        let code = &run[..end];
        let count = code.bytes().filter(u8::is_ascii_digit).count();
        let shaped = country != "JP"
            || code.as_bytes().get(3) == Some(&b'-') && code.len() == 8
            || rest[..at].ends_with('〒');
        if count == digits && shaped {
            return Some(code.to_owned());
        }
        rest = &run[end.max(1)..];
    }
    None
}
