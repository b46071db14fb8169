//! Addresses in Chinese, Japanese and Korean writing, which put the widest part first and no blanks between.

use super::{
    assemble::Draft,
    page::{Page, Span},
};
use crate::region::Country;

/// Longest line that is read, in bytes.
const MAX_LINE_BYTES: usize = 400;

/// A line that holds a postcode for the address beside it is shorter, in bytes.
const MAX_CODE_LINE_BYTES: usize = 40;

/// Bytes after a prefecture in which the name of a municipality ends.
const MAX_CITY_BYTES: usize = 30;

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
    let code = code_beside(page, line, found.country);
    let base = page.start(line);
    let piece = |span: Span| text.get(span.start..span.end).unwrap_or_default().trim().to_owned();
    let (start, end) = (base + found.region.start, base + found.street.end);
    let place = code.as_ref().map_or(Span { start, end }, |(place, _)| *place);
    Some(Draft {
        start: start.min(place.start),
        end: end.max(place.end),
        street: piece(found.street),
        city: piece(found.city),
        region: piece(found.region),
        confidence: if code.is_some() { 0.9 } else { 0.6 },
        code: code.map(|(_, code)| code).unwrap_or_default(),
        country: Country::parse(found.country),
    })
}

/// The postcode of an address and its place in the document: in its line, else in the line above or below when that
/// holds little more.
fn code_beside(page: &Page<'_>, line: usize, country: &str) -> Option<(Span, String)> {
    let lines = [Some(line), line.checked_sub(1), line.checked_add(1)];
    lines.into_iter().flatten().find_map(|index| {
        let text = page.text(index);
        if index != line && text.len() >= MAX_CODE_LINE_BYTES || index > line && !text.contains('〒') {
            return None;
        }
        let (span, code) = code(text, country)?;
        let base = page.start(index);
        Some((Span { start: base + span.start, end: base + span.end }, code))
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
    let (start, city) = municipality(tail)?;
    // `横浜市西区`: the ward belongs to the city.
    let ward = tail[city..].find('区').filter(|at| *at <= 12).map_or(city, |at| city + at + '区'.len_utf8());
    let street = street(text, end + ward, 120)?;
    Some(Parts {
        region: Span { start: mark, end },
        city: Span { start: end + start, end: end + ward },
        street,
        country: "JP",
    })
}

/// Where the name of a municipality starts and ends behind its prefecture; the county before a town or village
/// (`南都留郡富士河口湖町`) is no part of it.
fn municipality(tail: &str) -> Option<(usize, usize)> {
    let cities = ["蒲郡市", "小郡市", "大和郡山市", "郡山市", "郡上市"];
    let county = tail
        .find('郡')
        .filter(|at| {
            (1..=MAX_CITY_BYTES / 2).contains(at) && !cities.iter().any(|city| tail.starts_with(city))
        })
        .map(|at| at + '郡'.len_utf8());
    let towns = county.and_then(|start| Some((start, start + name_end(&tail[start..], &['町', '村'])?)));
    towns.or_else(|| Some((0, name_end(tail, &['市', '区', '町', '村'])?)))
}

/// Where a name ends with one of some marks: not with its first letter (`市川市`), and with the last of two marks in
/// a row (`四日市市`).
fn name_end(text: &str, marks: &[char]) -> Option<usize> {
    let (at, mark) = text.char_indices().skip(1).find(|(_, letter)| marks.contains(letter))?;
    let end = at + mark.len_utf8();
    let second =
        text[end..].chars().next().filter(|next| marks.contains(next) && (*next == mark || *next == '市'));
    Some(end + second.map_or(0, char::len_utf8)).filter(|end| *end <= MAX_CITY_BYTES)
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

/// The postcode of a line and its place, by the length its country uses; a postal mark before it belongs to it.
fn code(text: &str, country: &str) -> Option<(Span, String)> {
    let wanted = match country {
        "JP" => 7,
        "CN" => 6,
        _ => 5,
    };
    let mut at = 0;
    while let Some(step) = text.get(at..).and_then(|rest| rest.find(|letter| narrow(letter).is_some())) {
        let start = at + step;
        let part = |letter: &char| {
            narrow(*letter).or_else(|| (country == "JP" && is_hyphen(*letter)).then_some('-'))
        };
        let run = text[start..].chars().take_while(|letter| part(letter).is_some());
        let end = start + run.clone().map(char::len_utf8).sum::<usize>();
        let code: String = run.filter_map(|letter| part(&letter)).collect();
        let digits = code.bytes().filter(u8::is_ascii_digit).count();
        let head = text[..start].trim_end_matches([' ', '\u{3000}', '\u{a0}']);
        let marked = head.ends_with('〒');
        let hyphen = code.as_bytes().get(3) == Some(&b'-') && code.len() == 8;
        if digits == wanted && (country != "JP" || hyphen || marked) {
            let start = if marked { head.len() - '〒'.len_utf8() } else { start };
            return Some((Span { start, end }, code));
        }
        at = end;
    }
    None
}

/// A digit, also a wide one, in ASCII.
fn narrow(letter: char) -> Option<char> {
    match letter {
        '0'..='9' => Some(letter),
        '０'..='９' => char::from_u32(u32::from(letter) - u32::from('０') + u32::from('0')),
        _ => None,
    }
}

/// The hyphens of Japanese postcodes.
fn is_hyphen(letter: char) -> bool {
    matches!(letter, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '－' | 'ー')
}
